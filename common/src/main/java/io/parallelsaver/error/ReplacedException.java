package io.parallelsaver.error;

/** A file was replaced by another while it was read. */
public final class ReplacedException extends InputException {
  private static final long serialVersionUID = 1L;

  /**
   * @param cause what came of it; null if nothing did
   */
  public ReplacedException(String message, Throwable cause) {
    super(message, cause);
  }
}
