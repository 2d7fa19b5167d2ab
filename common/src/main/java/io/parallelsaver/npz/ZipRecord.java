package io.parallelsaver.npz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The records of a ZIP file that an {@code .npz} needs, as APPNOTE.TXT lays them out and {@code zipfile} fills them.
 *
 * <pre>
 * local header (4.3.7)                central entry (4.3.12)                end records (4.3.14 - 4.3.16)
 *  0 u32 04034b50                      0 u32 02014b50                        zip64 end      06064b50, 56 bytes
 *  4 u16 version needed                4 u16 made by                         zip64 locator  07064b50, 20 bytes
 *  6 u16 flags                         6 u16 version needed                  end            06054b50, 22 bytes
 *  8 u16 method                        8 u16 flags    10 u16 method
 * 10 u32 DOS time and date            12 u32 DOS time and date
 * 14 u32 CRC-32                       16 u32 CRC-32
 * 18 u32 compressed  22 u32 size      20 u32 compressed  24 u32 size
 * 26 u16 name  28 u16 extra           28 u16 name  30 u16 extra  32 u16 comment  34 u16 disk
 * 30 name, extra                      36 u16 internal  38 u32 external  42 u32 local header offset
 *                                     46 name, extra, comment
 * </pre>
 */
final class ZipRecord {
  static final int LOCAL = 0x04034b50;
  static final int CENTRAL = 0x02014b50;
  static final int END = 0x06054b50;
  static final int ZIP64_END = 0x06064b50;
  static final int ZIP64_LOCATOR = 0x07064b50;

  static final int LOCAL_SIZE = 30;
  static final int CENTRAL_SIZE = 46;
  static final int END_SIZE = 22;
  static final int ZIP64_END_SIZE = 56;
  static final int ZIP64_LOCATOR_SIZE = 20;

  /** Where the CRC-32 stands in a local header. */
  static final int LOCAL_CRC_AT = 14;

  static final int STORED = 0;
  static final int DEFLATED = 8;
  static final int FLAG_ENCRYPTED = 1;
  static final int FLAG_UTF8 = 0x800;

  static final int ZIP64_EXTRA = 1;

  /** Bytes of a zip64 field in a directory entry that holds both sizes and the offset. */
  static final int MOST_ZIP64 = 28;

  /** Ours: {@link SeekTable}. */
  static final int SEEK_EXTRA = 0x5350;

  /** The id that Android's {@code zipalign} uses for padding; readers skip what they do not know. */
  static final int PADDING_EXTRA = 0xD935;

  static final long MAX32 = 0xFFFFFFFFL;
  static final int MAX16 = 0xFFFF;

  /** Above this {@code zipfile} uses the zip64 fields, at half of what the 32-bit ones could hold. */
  static final long ZIP64_LIMIT = (1L << 31) - 1;

  private static final int VERSION = 20;
  private static final int VERSION_ZIP64 = 45;

  /** 1980-01-01, the earliest date ZIP knows: NumPy writes it so that equal arrays give equal bytes. */
  private static final int DOS_DATE_TIME = 0x0021 << 16;

  private static final int CREATED_ON_UNIX = 3 << 8;
  private static final int MODE_0600 = 0600 << 16;

  private ZipRecord() {}

  static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Bytes that {@link #local} takes before padding. */
  static int localSize(MemberName name, long size, boolean forceZip64) {
    return LOCAL_SIZE + name.length() + (forceZip64 || size > ZIP64_LIMIT ? 20 : 0);
  }

  /**
   * A local header whose CRC-32, and for a deflated member whose compressed size, is filled in later.
   *
   * @param size bytes of the content
   * @param padding 0 or at least 4
   */
  static byte[] local(MemberName name, int method, long size, boolean forceZip64, int padding) {
    boolean zip64 = forceZip64 || size > ZIP64_LIMIT;
    ByteBuffer out = buffer(localSize(name, size, forceZip64) + padding);
    out.putInt(LOCAL).putShort((short) (zip64 ? VERSION_ZIP64 : VERSION));
    out.putShort(name.flags()).putShort((short) method);
    out.putInt(DOS_DATE_TIME).putInt(0);
    out.putInt(zip64 ? -1 : (int) size).putInt(zip64 ? -1 : (int) size);
    out.putShort((short) name.length())
        .putShort((short) ((zip64 ? 20 : 0) + padding))
        .put(name.bytes());
    if (zip64) {
      out.putShort((short) ZIP64_EXTRA).putShort((short) 16).putLong(size).putLong(size);
    }
    if (padding > 0) {
      out.putShort((short) PADDING_EXTRA).putShort((short) (padding - 4));
    }
    return out.array();
  }

  /** Where the compressed size stands in a local header that {@link #local} made. */
  static int compressedSizeAt(MemberName name, boolean zip64) {
    return zip64 ? LOCAL_SIZE + name.length() + 12 : 18;
  }

  /**
   * What the directory says of a member.
   *
   * @param method {@link #STORED} or {@link #DEFLATED}
   * @param crc CRC-32 of the content
   * @param compressedSize bytes in the archive
   * @param size bytes of the content
   * @param localOffset offset of the local header
   * @param forceZip64 whether the local header has zip64 sizes though they are small
   * @param extra further extra fields, well-formed
   */
  record Central(
      MemberName name,
      int method,
      int crc,
      long compressedSize,
      long size,
      long localOffset,
      boolean forceZip64,
      byte[] extra) {
    private boolean wideSizes() {
      return Math.max(size, compressedSize) > ZIP64_LIMIT;
    }

    private boolean wideOffset() {
      return localOffset > ZIP64_LIMIT;
    }

    private int zip64Extra() {
      int fields = (wideSizes() ? 16 : 0) + (wideOffset() ? 8 : 0);
      return fields == 0 ? 0 : fields + 4;
    }

    int length() {
      return CENTRAL_SIZE + name.length() + zip64Extra() + extra.length;
    }

    void put(ByteBuffer out) {
      short version = (short) (forceZip64 || zip64Extra() > 0 ? VERSION_ZIP64 : VERSION);
      out.putInt(CENTRAL).putShort((short) (CREATED_ON_UNIX | version)).putShort(version);
      out.putShort(name.flags()).putShort((short) method).putInt(DOS_DATE_TIME).putInt(crc);
      out.putInt(wideSizes() ? -1 : (int) compressedSize).putInt(wideSizes() ? -1 : (int) size);
      out.putShort((short) name.length()).putShort((short) (zip64Extra() + extra.length));
      out.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(MODE_0600);
      out.putInt(wideOffset() ? -1 : (int) localOffset).put(name.bytes());
      if (zip64Extra() > 0) {
        out.putShort((short) ZIP64_EXTRA).putShort((short) (zip64Extra() - 4));
        if (wideSizes()) {
          out.putLong(size).putLong(compressedSize);
        }
        if (wideOffset()) {
          out.putLong(localOffset);
        }
      }
      out.put(extra);
    }
  }

  /** Whether directory entries with these offsets, and all else but CRC-32 and name alike, are of the same form. */
  static boolean alike(long localOffset, long other) {
    return localOffset <= ZIP64_LIMIT && other <= ZIP64_LIMIT;
  }

  /** Appends a directory entry that is {@link #alike} the last one in {@code out}, which stands at {@code like}. */
  static void putLike(ByteBuffer out, int like, int crc, long localOffset, MemberName name) {
    int at = out.position();
    out.put(out.array(), like, at - like);
    out.putInt(at + 16, crc).putInt(at + 42, (int) localOffset);
    out.put(at + CENTRAL_SIZE, name.bytes());
  }

  static int endSize(long entries, long directoryOffset, long directorySize) {
    return needsZip64End(entries, directoryOffset, directorySize)
        ? ZIP64_END_SIZE + ZIP64_LOCATOR_SIZE + END_SIZE
        : END_SIZE;
  }

  /** {@code zipfile} adds the zip64 records for more than 65535 entries, or an offset or size above the limit. */
  private static boolean needsZip64End(long entries, long directoryOffset, long directorySize) {
    return entries > MAX16 || directoryOffset > ZIP64_LIMIT || directorySize > ZIP64_LIMIT;
  }

  static void putEnd(ByteBuffer out, long entries, long directoryOffset, long directorySize) {
    if (needsZip64End(entries, directoryOffset, directorySize)) {
      out.putInt(ZIP64_END)
          .putLong(ZIP64_END_SIZE - 12)
          .putShort((short) VERSION_ZIP64)
          .putShort((short) VERSION_ZIP64);
      out.putInt(0)
          .putInt(0)
          .putLong(entries)
          .putLong(entries)
          .putLong(directorySize)
          .putLong(directoryOffset);
      out.putInt(ZIP64_LOCATOR)
          .putInt(0)
          .putLong(directoryOffset + directorySize)
          .putInt(1);
    }
    short count = (short) Math.min(entries, MAX16);
    out.putInt(END).putShort((short) 0).putShort((short) 0).putShort(count).putShort(count);
    out.putInt((int) Math.min(directorySize, MAX32))
        .putInt((int) Math.min(directoryOffset, MAX32))
        .putShort((short) 0);
  }
}
