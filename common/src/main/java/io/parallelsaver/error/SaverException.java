package io.parallelsaver.error;

/**
 * Root of every failure this project reports on purpose. A subclass exists for each decision a caller can make: mend the input
 * ({@link InputException}), make room ({@link StorageFullException}), look at the host ({@link WorkerLostException}).
 */
public class SaverException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SaverException(String message) {
    super(message);
  }

  public SaverException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Process exit code of the command line for this failure: 1 unless a subclass says otherwise. */
  public int exitCode() {
    return 1;
  }
}
