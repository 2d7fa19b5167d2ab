package io.parallelsaver.restore;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.HeapData;
import io.parallelsaver.array.NDArray;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** Copies arrays out of a mapped block into Java arrays, on several threads. */
final class CopyOut {
  /** Copied by one task. */
  private static final int TASK = 8 << 20;

  private final List<ByteBuffer> segments;
  private final Executor threads;
  private final List<CompletableFuture<Void>> tasks = new ArrayList<>();

  CopyOut(List<ByteBuffer> segments, Executor threads) {
    this.segments = segments;
    this.threads = threads;
  }

  /** Begins to copy an array; complete after {@link #await}. */
  NDArray array(ArraySpec spec, long offset) {
    HeapData heap = HeapData.allocate(spec);
    for (long at = 0; at < heap.length(); at += TASK) {
      long from = at;
      long length = Math.min(TASK, heap.length() - at);
      if (heap.length() <= TASK) {
        copy(heap, from, offset, length);
      } else {
        tasks.add(CompletableFuture.runAsync(() -> copy(heap, from, offset, length), threads));
      }
    }
    return NDArray.of(spec, heap);
  }

  private void copy(HeapData heap, long from, long offset, long length) {
    long at = from;
    for (ByteBuffer slice : SharedBlock.slice(segments, offset + from, length)) {
      int count = slice.remaining();
      heap.write(at, slice);
      at += count;
    }
  }

  void await() {
    try {
      CompletableFuture.allOf(tasks.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
