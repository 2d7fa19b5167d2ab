package io.parallelsaver.restore;

import io.parallelsaver.error.InputException;

/** Learns what has become of each reading. */
interface ReadListener {
  /** Does nothing until a reading is damaged, and then ends the call. */
  ReadListener STRICT = new ReadListener() {};

  /**
   * A part of it is there, which may turn out to be damaged.
   *
   * @param from first byte of the part, of those that go to the target
   * @param length how many; 0 only if the reading has none
   */
  default void part(Reading reading, long from, long length) {}

  /** Its bytes are not what they should be. */
  default void damaged(Reading reading, InputException problem) {
    throw problem;
  }
}
