package io.parallelsaver.output;

import io.parallelsaver.error.StorageFullException;
import java.nio.file.Path;
import net.openhft.posix.OpenFlag;
import net.openhft.posix.PosixAPI;

/**
 * Gives a file its blocks before anything is written, by {@code fallocate(2)}: unbuffered writes into a hole hold an exclusive lock of the
 * file from beginning to end, those into blocks that are there run side by side; and writes through the page cache need a third less time.
 */
final class Preallocation {
  private static final int NO_SPACE = 28;
  private static final int QUOTA_EXCEEDED = 122;

  private Preallocation() {}

  /**
   * Allocates all blocks of a file and gives it this length. Where that cannot be done, because the file system does not know it or there is no
   * such call, the file stays as it is.
   *
   * @throws StorageFullException if the file system has not so many blocks left
   */
  static void of(Path file, long length) {
    PosixAPI posix = PosixAPI.posix();
    int handle = posix.open(file.toString(), OpenFlag.O_RDWR, 0);
    if (handle < 0) {
      return;
    }
    try {
      if (posix.fallocate(handle, 0, 0, length) == 0) {
        return;
      }
      int error = posix.lastError();
      if (error == NO_SPACE || error == QUOTA_EXCEEDED) {
        throw new StorageFullException(
            file + " needs " + length
                + " bytes, which its file system does not have, or does not grant; make room there, or save elsewhere");
      }
    } finally {
      posix.close(handle);
    }
  }
}
