package io.parallelsaver.bench;

import io.parallelsaver.cli.ByteSize;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.StorageFullException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much is moved.
 *
 * @param bytes of the eight arrays, and of the one
 * @param smallArrays number of arrays of 1 KiB
 */
record Scale(long bytes, int smallArrays) {
  /** Arrays that share the bytes. */
  static final int ARRAYS = 8;

  /** Worker processes of ours, and threads of those whom we can tell how many. */
  static final int WORKERS = 2;

  /** Bytes of a small array. */
  static final int SMALL_BYTES = 1 << 10;

  private static final int MOST_SMALL = 10_000;

  /** What is compressed, which takes long, is smaller than what is not by this. */
  private static final int COMPRESSED_PART = 8;

  /** The arrays, what was restored of them, and the one large array, in the older two thirds of the heap. */
  private static final int HEAP_TIMES = 5;

  /** Blocks for restoring, ours and the Python original's. */
  private static final int SHARED_TIMES = 2;

  /** Files to read, and one for each side. */
  private static final int DISK_TIMES = 4;

  private static final long SLACK = 128 << 20;

  static Scale of(long bytes) {
    return new Scale(bytes, (int) Math.min(MOST_SMALL, bytes / SMALL_BYTES));
  }

  long compressedBytes() {
    return bytes / COMPRESSED_PART;
  }

  /**
   * Looks for room before anything is done.
   *
   * @throws SaverException if there is not enough; it says of what, and what to do
   */
  void checkRoom(Path shared, Path directory) {
    long heap = Runtime.getRuntime().maxMemory();
    if (heap < HEAP_TIMES * bytes + SLACK) {
      throw new SaverException("Java's heap is " + ByteSize.text(heap) + " at most, this takes "
          + ByteSize.text(HEAP_TIMES * bytes + SLACK)
          + "; PARALLEL_SAVER_OPTS=-Xmx6g, for one, makes it larger, --size the arrays smaller");
    }
    checkRoom(shared, SHARED_TIMES * bytes + SLACK);
    checkRoom(directory, DISK_TIMES * bytes + SLACK);
  }

  /**
   * @throws StorageFullException if so many bytes do not fit
   */
  static void checkRoom(Path directory, long needed) {
    try {
      long usable = Files.getFileStore(directory).getUsableSpace();
      if (usable < needed) {
        throw new StorageFullException(directory + " has " + ByteSize.text(usable)
            + " left, this takes " + ByteSize.text(needed) + "; --size makes the arrays smaller");
      }
    } catch (IOException e) {
      throw new SaverException("cannot look at the file system of " + directory + ": " + e, e);
    }
  }
}
