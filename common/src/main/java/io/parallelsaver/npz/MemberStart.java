package io.parallelsaver.npz;

import io.parallelsaver.array.PythonText;
import io.parallelsaver.npy.NpyHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/**
 * What stands before an array's bytes in an archive, for those who were told elsewhere where that is.
 *
 * @param key name of the member without {@code .npy}
 * @param crc CRC-32 of the member, if it is recorded here
 * @param localLength bytes of the local header
 */
public record MemberStart(String key, OptionalInt crc, int localLength) {
  private static final String SUFFIX = ".npy";

  /** The flag of a member whose CRC-32 stands behind its bytes. */
  private static final int FLAG_DESCRIPTOR = 8;

  /** The most that a local header takes. */
  public static final int LONGEST = ZipRecord.LOCAL_SIZE + 2 * ZipRecord.MAX16;

  /**
   * Reads a local header.
   *
   * @param start bytes from there on; not moved
   * @throws IllegalArgumentException if it is none, or that of a member that is not an array stored as it is
   */
  public static MemberStart parse(ByteBuffer start) {
    ByteBuffer in = start.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (in.remaining() < ZipRecord.LOCAL_SIZE || in.getInt(0) != ZipRecord.LOCAL) {
      throw new IllegalArgumentException("there is no local header");
    }
    int flags = in.getShort(6) & ZipRecord.MAX16;
    int method = in.getShort(8) & ZipRecord.MAX16;
    int nameLength = in.getShort(26) & ZipRecord.MAX16;
    int length = ZipRecord.LOCAL_SIZE + nameLength + (in.getShort(28) & ZipRecord.MAX16);
    if (method != ZipRecord.STORED || (flags & ZipRecord.FLAG_ENCRYPTED) != 0) {
      throw new IllegalArgumentException("its member is not stored as it is");
    }
    if (length > in.remaining()) {
      throw new IllegalArgumentException("its local header of " + length
          + " bytes leaves no room for the .npy header in " + in.remaining());
    }
    byte[] name = new byte[nameLength];
    in.get(ZipRecord.LOCAL_SIZE, name);
    String text = new String(name, StandardCharsets.UTF_8);
    if (!text.endsWith(SUFFIX)) {
      throw new IllegalArgumentException("its member is called " + PythonText.quoteStart(text));
    }
    OptionalInt crc = (flags & FLAG_DESCRIPTOR) != 0
        ? OptionalInt.empty()
        : OptionalInt.of(in.getInt(ZipRecord.LOCAL_CRC_AT));
    return new MemberStart(text.substring(0, text.length() - SUFFIX.length()), crc, length);
  }

  /** Bytes of the longest start there can be before an array with such a {@code .npy} header. */
  public static long longest(int maxHeader) {
    return LONGEST + Math.max((long) maxHeader, NpyHeader.PREFIX);
  }
}
