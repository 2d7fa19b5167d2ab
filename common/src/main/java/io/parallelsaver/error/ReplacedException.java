package io.parallelsaver.error;

/** A file was replaced by another while it was read. */
public final class ReplacedException extends InputException {
  private static final long serialVersionUID = 1L;

  public ReplacedException(String message) {
    super(message);
  }
}
