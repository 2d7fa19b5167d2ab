package io.parallelsaver.npz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A local header as APPNOTE.TXT (4.3.7) has it, read without the code that writes it. */
record LocalHeader(
    String name, int flags, int method, int crc, long compressedSize, long size, int length) {
  private static final int ZIP64 = 1;

  static LocalHeader parse(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(0x04034b50, in.getInt(0));
    byte[] name = new byte[Short.toUnsignedInt(in.getShort(26))];
    in.get(30, name);
    long compressedSize = Integer.toUnsignedLong(in.getInt(18));
    long size = Integer.toUnsignedLong(in.getInt(22));
    int end = 30 + name.length + Short.toUnsignedInt(in.getShort(28));
    boolean zip64 = false;
    int at = 30 + name.length;
    while (at < end) {
      int length = Short.toUnsignedInt(in.getShort(at + 2));
      if (in.getShort(at) == ZIP64) {
        assertEquals(16, length);
        assertEquals(0xFFFFFFFFL, size);
        size = in.getLong(at + 4);
        compressedSize = in.getLong(at + 12);
        zip64 = true;
      }
      at += 4 + length;
    }
    assertEquals(end, at, "extra fields end where the header says");
    assertTrue(in.getShort(4) >= (zip64 ? 45 : 20), "version needed");
    return new LocalHeader(
        new String(name, StandardCharsets.UTF_8),
        in.getShort(6),
        in.getShort(8),
        in.getInt(14),
        compressedSize,
        size,
        end);
  }
}
