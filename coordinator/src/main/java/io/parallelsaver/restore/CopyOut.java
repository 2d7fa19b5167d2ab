package io.parallelsaver.restore;

import io.parallelsaver.array.HeapData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/** Copies arrays out of the block into Java arrays, on several threads, each part when it is there. */
final class CopyOut {
  /** Arrays up to this size are copied by the thread that learns of them. */
  private static final int SMALL = 64 << 10;

  private final SharedBlock block;
  private final Executor threads;
  private final List<CompletableFuture<Void>> tasks = new ArrayList<>();

  /** Copies elements of which two parts have a piece each, when all parts are there. */
  private final Queue<Runnable> cut = new ConcurrentLinkedQueue<>();

  CopyOut(SharedBlock block, Executor threads) {
    this.block = block;
    this.threads = threads;
  }

  /**
   * Begins to copy a part of an array, all of which are complete after {@link #await}.
   *
   * @param from first byte of the array's that is to be copied
   * @param length how many
   */
  void begin(Layout.Place place, long from, long length) {
    boolean small = place.spec.byteSize() <= SMALL;
    if (place.copy == null) {
      // Java fills an array with zeros, which takes as long as copying: a large one not in the
      // thread that feeds the workers.
      place.copy = small
          ? CompletableFuture.completedFuture(HeapData.allocate(place.spec))
          : CompletableFuture.supplyAsync(() -> HeapData.allocate(place.spec), threads);
    }
    if (small) {
      copyElements(place, place.copy.join(), from, length);
    } else {
      tasks.add(
          place.copy.thenAcceptAsync(heap -> copyElements(place, heap, from, length), threads));
    }
  }

  /** Copies the elements that lie wholly in a part. */
  private void copyElements(Layout.Place place, HeapData heap, long from, long length) {
    int width = heap.width();
    long first = (from + width - 1) / width * width;
    long end = (from + length) / width * width;
    if (first < end) {
      copy(heap, first, place.offset, end - first);
    }
    if (from % width != 0) {
      cut.add(() -> copy(heap, from / width * width, place.offset, width));
    }
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
      cut.forEach(Runnable::run);
    } catch (CompletionException e) {
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
