package io.parallelsaver.resident;

/** A resident worker does not work for this coordinator. The message says why, and is for its user. */
public final class RefusalException extends Exception {
  private static final long serialVersionUID = 1;

  public RefusalException(String message) {
    super(message);
  }
}
