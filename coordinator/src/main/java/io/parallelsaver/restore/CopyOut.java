package io.parallelsaver.restore;

import io.parallelsaver.array.HeapData;
import io.parallelsaver.array.NDArray;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** Copies arrays out of the block into Java arrays, on several threads, each when its last byte is there. */
final class CopyOut {
  /** Copied by one task. */
  private static final int TASK = 8 << 20;

  /** Arrays up to this size are copied by the thread that learns of them. */
  private static final int SMALL = 64 << 10;

  private final SharedBlock block;
  private final Executor threads;
  private final List<CompletableFuture<Void>> tasks = new ArrayList<>();

  CopyOut(SharedBlock block, Executor threads) {
    this.block = block;
    this.threads = threads;
  }

  /** Begins to copy an array, which is complete after {@link #await}. */
  void begin(Layout.Place place) {
    long length = place.spec.byteSize();
    if (length <= SMALL) {
      copy(heap(place), 0, place.offset, length);
      return;
    }
    // Making the array, which Java fills with zeros, takes as long as copying: not in the thread
    // that
    // feeds the workers.
    CompletableFuture<HeapData> made = CompletableFuture.supplyAsync(() -> heap(place), threads);
    for (long at = 0; at < length; at += TASK) {
      long from = at;
      long count = Math.min(TASK, length - at);
      tasks.add(made.thenAcceptAsync(heap -> copy(heap, from, place.offset, count), threads));
    }
  }

  private HeapData heap(Layout.Place place) {
    HeapData heap = HeapData.allocate(place.spec);
    place.copy = NDArray.of(place.spec, heap);
    return heap;
  }

  private void copy(HeapData heap, long from, long offset, long length) {
    long at = from;
    for (ByteBuffer slice : block.slice(offset + from, length)) {
      int count = slice.remaining();
      heap.write(at, slice);
      at += count;
    }
  }

  /** Waits for all that has begun; the block is not looked at afterwards. */
  void await() {
    try {
      CompletableFuture.allOf(tasks.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
