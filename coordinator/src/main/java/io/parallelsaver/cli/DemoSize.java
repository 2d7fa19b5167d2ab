package io.parallelsaver.cli;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.pool.PoolOptions;
import io.parallelsaver.shm.FreeSpace;
import java.io.IOException;
import java.nio.file.Path;

/**
 * How much a demo can take.
 *
 * @param count number of arrays
 * @param elements float64 values of each array
 * @param limit what stands against more, or null if this is what was asked for
 */
record DemoSize(int count, int elements, String limit) {
  /** The heap's old generation, two thirds of it, holds the arrays and what was restored. */
  private static final double HEAP_SHARE = 0.3;

  /** Heap for everything else. */
  private static final long HEAP_BASE = 16 << 20;

  /** Restored arrays pass through shared memory, beside the arena. */
  private static final double SHARED_SHARE = 0.75;

  /** There are two archives, ours and NumPy's. */
  private static final double DISK_SHARE = 0.45;

  /**
   * The size that was asked for, or the largest smaller one for which there is room.
   *
   * @throws StorageFullException if there is not even room for one value in each array
   */
  static DemoSize fitting(long wanted, int count, PoolOptions pool, Path directory) {
    long arena = (2L * pool.workers() + 2) * pool.chunkSize();
    long heap = Runtime.getRuntime().maxMemory();
    long shared = Math.max(0, usable(pool.sharedMemory()) - arena);
    long disk = usable(directory);
    long bytes = wanted;
    String limit = null;
    long heapShare = (long) (Math.max(0, heap - HEAP_BASE) * HEAP_SHARE);
    if (heapShare < bytes) {
      bytes = heapShare;
      limit = "Java's heap is " + ByteSize.text(heap)
          + " at most; PARALLEL_SAVER_OPTS=-Xmx8g, for one, makes it larger";
    }
    if (shared * SHARED_SHARE < bytes) {
      bytes = (long) (shared * SHARED_SHARE);
      limit = pool.sharedMemory() + " has " + ByteSize.text(shared) + " left";
    }
    if (disk * DISK_SHARE < bytes) {
      bytes = (long) (disk * DISK_SHARE);
      limit = "the disk of " + directory + " has " + ByteSize.text(disk) + " left";
    }
    long elements = bytes / Double.BYTES / count;
    if (elements < 1 && limit != null) {
      throw new StorageFullException("no room for " + Summary.count(count, "array") + ": " + limit);
    }
    if (elements > Integer.MAX_VALUE - 8) {
      elements = Integer.MAX_VALUE - 8;
      limit = "no Java array is larger; ask for more --arrays";
    }
    return new DemoSize(count, (int) elements, limit);
  }

  private static long usable(Path directory) {
    try {
      return FreeSpace.of(directory);
    } catch (IOException e) {
      throw new SaverException("cannot look at the file system of " + directory + ": " + e, e);
    }
  }

  /** Bytes of all arrays. */
  long bytes() {
    return (long) count * elements * Double.BYTES;
  }
}
