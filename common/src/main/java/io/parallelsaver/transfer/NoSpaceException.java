package io.parallelsaver.transfer;

import io.parallelsaver.error.FileFailure;
import java.io.IOException;
import java.nio.file.Path;

/** The device of a file, or somebody's share of it, is full. */
final class NoSpaceException extends IOException {
  private static final long serialVersionUID = 1;

  private NoSpaceException(String message, IOException cause) {
    super(message, cause);
  }

  /**
   * What a failed write should be thrown as.
   *
   * @param wanted bytes that were still to be written
   */
  static IOException orElse(String message, Path file, long wanted, IOException cause) {
    return FileFailure.isFull(cause) || FileFailure.room(file, cause) < wanted
        ? new NoSpaceException(message, cause)
        : new IOException(message + FileFailure.remedy(cause), cause);
  }
}
