package io.parallelsaver.error;

/** Input was refused or is corrupt: nothing was written, and trying again with the same input fails again. */
public class InputException extends SaverException {
  private static final long serialVersionUID = 1L;

  public InputException(String message) {
    super(message);
  }

  public InputException(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public int exitCode() {
    return 3;
  }
}
