package io.parallelsaver.spark.plan;

import io.parallelsaver.shards.Part;
import java.io.Serializable;
import java.util.OptionalInt;

/**
 * A run of an array's bytes in one file.
 *
 * @param file path in its storage
 * @param offset first byte in the file; nothing for a deflated member, which is found by its name
 * @param length bytes, inflated
 * @param member name in the archive if it is deflated there; null for bytes that stand as they are
 * @param seekable whether one may begin to inflate in the middle
 * @param head bytes before the first one, which the CRC-32 covers too
 * @param crc CRC-32; -1 if nothing says it
 */
public record Piece(
    String file, long offset, long length, String member, boolean seekable, int head, long crc)
    implements Serializable {
  private static final long UNKNOWN = -1;

  /** Bytes that stand in the file as they are. */
  public static Piece stored(String file, long offset, long length, OptionalInt crc) {
    return new Piece(file, offset, length, null, true, 0, known(crc));
  }

  /** Bytes of a set's part, whose CRC-32 begins at its {@code .npy} header. */
  static Piece of(String file, Part part) {
    int head = Math.toIntExact(part.offset() - part.header());
    long crc = Integer.toUnsignedLong(part.crc());
    return new Piece(file, part.offset(), part.length(), null, true, head, crc);
  }

  /** Bytes of a deflated member, without its header. */
  public static Piece deflated(
      String file, long length, String member, boolean seekable, OptionalInt crc) {
    return new Piece(file, 0, length, member, seekable, 0, known(crc));
  }

  private static long known(OptionalInt crc) {
    return crc.isPresent() ? Integer.toUnsignedLong(crc.getAsInt()) : UNKNOWN;
  }

  public boolean hasCrc() {
    return crc != UNKNOWN;
  }
}
