package io.parallelsaver.error;

/** Shared memory or a disk has no room for what is needed. */
public class StorageFullException extends SaverException {
  private static final long serialVersionUID = 1L;

  /** Exit code of the command line, and of a worker. */
  public static final int EXIT = 4;

  public StorageFullException(String message) {
    super(message);
  }

  public StorageFullException(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public int exitCode() {
    return EXIT;
  }
}
