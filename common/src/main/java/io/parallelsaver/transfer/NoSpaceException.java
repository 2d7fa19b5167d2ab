package io.parallelsaver.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The device of a file, or somebody's share of it, is full. */
final class NoSpaceException extends IOException {
  private static final long serialVersionUID = 1;

  private NoSpaceException(String message, IOException cause) {
    super(message, cause);
  }

  /**
   * What a failed write should be thrown as. Java tells ENOSPC and EDQUOT from other errors only by the system's words, which in a process
   * that was not started in the C locale may be of any language; then the room that is left tells.
   *
   * @param wanted bytes that were still to be written
   */
  static IOException orElse(String message, Path file, long wanted, IOException cause) {
    String words = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    return words.contains("no space left on device")
            || words.contains("quota exceeded")
            || room(file, cause) < wanted
        ? new NoSpaceException(message, cause)
        : new IOException(message, cause);
  }

  private static long room(Path file, IOException cause) {
    try {
      return Files.getFileStore(file).getUsableSpace();
    } catch (IOException e) {
      cause.addSuppressed(e);
      return Long.MAX_VALUE;
    }
  }
}
