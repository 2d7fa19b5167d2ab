package io.parallelsaver.array;

import java.nio.ByteBuffer;
import java.util.Optional;

/** The bytes of an array, in memory order, wherever they are. Offsets and lengths count bytes and go beyond 2 GiB. */
public interface ArrayData {
  long length();

  /**
   * Fills the rest of {@code target} with the bytes from {@code offset} on.
   *
   * @throws IndexOutOfBoundsException if fewer bytes are there
   */
  void read(long offset, ByteBuffer target);

  /** Where in a file these bytes stand, so that another process can read them without help. */
  default Optional<Region> region() {
    return Optional.empty();
  }
}
