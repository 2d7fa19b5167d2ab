package io.parallelsaver.shm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much room a file system has left. */
public final class FreeSpace {
  private FreeSpace() {}

  /**
   * Bytes that may still be written to the file system of a file or directory, which must be there.
   *
   * @throws IOException if the system does not say
   */
  public static long of(Path there) throws IOException {
    // One system call; a FileStore reads the table of all mounts. But zero may be an error as well.
    long usable = there.toFile().getUsableSpace();
    return usable > 0 ? usable : Files.getFileStore(there).getUsableSpace();
  }
}
