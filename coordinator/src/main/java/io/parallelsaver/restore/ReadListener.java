package io.parallelsaver.restore;

import io.parallelsaver.error.InputException;

/** Learns what has become of each reading. */
interface ReadListener {
  /** Does nothing until a reading is damaged, and then ends the call. */
  ReadListener STRICT = new ReadListener() {};

  /** All of it is there, and right as far as anyone knows. */
  default void whole(Reading reading) {}

  /** Its bytes are not what they should be. */
  default void damaged(Reading reading, InputException problem) {
    throw problem;
  }
}
