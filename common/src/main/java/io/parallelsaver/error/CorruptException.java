package io.parallelsaver.error;

/** Bytes that were read are not what their format or their checksum says they are. */
public class CorruptException extends InputException {
  private static final long serialVersionUID = 1L;

  public CorruptException(String message) {
    super(message);
  }

  public CorruptException(String message, Throwable cause) {
    super(message, cause);
  }
}
