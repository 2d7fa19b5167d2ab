package io.parallelsaver.pickle;

/**
 * A string or bytes in the pickle, left where it stands.
 *
 * @param form what the bytes mean
 * @param offset of the first byte in the file
 * @param length in bytes
 */
record Run(Form form, long offset, long length) {
  /** Meaning of a run's bytes. */
  enum Form {
    /** A {@code str} in UTF-8. */
    TEXT("str"),
    /** The bytes themselves. */
    BYTES("bytes"),
    /** A {@code str} of Python 2, which is both. */
    EITHER("str of Python 2"),
    /** Each byte is a character of a {@code str} in UTF-8. */
    LATIN1("bytes encoded as characters");

    private final String python;

    Form(String python) {
      this.python = python;
    }
  }

  boolean isText() {
    return form == Form.TEXT || form == Form.EITHER;
  }

  boolean isBytes() {
    return form != Form.TEXT;
  }

  @Override
  public String toString() {
    return "a " + form.python + " of " + length + " bytes";
  }
}
