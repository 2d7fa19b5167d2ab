package io.parallelsaver.array;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

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

  /** CRC-32 that the bytes should have, where what they stand in says so. */
  default OptionalInt crc() {
    return OptionalInt.empty();
  }

  /** The bytes in place, read-only, one behind the other, where they are in memory that is not Java's heap; else none. */
  default List<ByteBuffer> buffers() {
    return List.of();
  }

  /**
   * A run of the bytes, without a copy.
   *
   * @throws IndexOutOfBoundsException if fewer bytes are there
   */
  default ArrayData slice(long offset, long length) {
    return new SliceData(this, offset, length);
  }

  /** Whether the other has the same bytes. They are read block by block, at most as far as the first that differs. */
  default boolean contentEquals(ArrayData other) {
    if (length() != other.length()) {
      return false;
    }
    ByteBuffer left = ByteBuffer.allocate((int) Math.min(1 << 18, length()));
    ByteBuffer right = ByteBuffer.allocate(left.capacity());
    for (long at = 0; at < length(); at += left.limit()) {
      int count = (int) Math.min(left.capacity(), length() - at);
      read(at, left.clear().limit(count));
      other.read(at, right.clear().limit(count));
      if (!left.flip().equals(right.flip())) {
        return false;
      }
    }
    return true;
  }
}
