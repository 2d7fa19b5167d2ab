package io.parallelsaver.shm;

import io.parallelsaver.error.FileFailure;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.StorageFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Reserves bytes of a file, so that a later store through a mapping cannot fail: that would be SIGBUS, and the end of the JVM. */
public final class Reservation {
  private static final int BLOCK = 1 << 20;

  /** What to do when shared memory is full. */
  public static final String REMEDY =
      "remove what fills it, enlarge it (containers give /dev/shm 64 MB unless told otherwise, e.g. --shm-size), use fewer workers, or"
          + " name another directory (--shared-memory, PARALLEL_SAVER_SHM)";

  private Reservation() {}

  /**
   * Looks whether there is room, so that what cannot be had is not tried.
   *
   * @throws StorageFullException if there is not
   */
  static void check(Path file, long length) throws IOException {
    if (FreeSpace.of(file) < length) {
      throw full(file, length, null);
    }
  }

  /**
   * Really allocates a range by writing zeros into it.
   *
   * @throws StorageFullException if there is no room; the message says how much is needed and how much there is
   */
  public static void reserve(Path file, FileChannel channel, long offset, long length)
      throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(BLOCK, length));
    try {
      for (long done = 0; done < length; ) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), length - done));
        done += channel.write(zeros, offset + done);
      }
    } catch (IOException e) {
      throw full(file, length, e);
    }
  }

  private static SaverException full(Path file, long needed, IOException cause) throws IOException {
    long there = FreeSpace.of(file);
    if (there >= needed && !FileFailure.isFull(cause)) {
      return FileFailure.of("cannot reserve " + needed + " bytes in " + file, file, needed, cause);
    }
    return new StorageFullException(
        "shared memory is full: " + file + " needs " + needed + " bytes more, there are " + there
            + "; " + REMEDY,
        cause);
  }

  /** What a failure to write a small file of a run should be thrown as. */
  static SaverException failure(String what, Path file, IOException cause) {
    return FileFailure.isFull(cause)
        ? new StorageFullException("shared memory is full: " + what + "; " + REMEDY, cause)
        : FileFailure.of(what, file, 0, cause);
  }
}
