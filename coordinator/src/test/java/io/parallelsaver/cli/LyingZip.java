package io.parallelsaver.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes a ZIP file as APPNOTE.TXT has it, in which the directory may say of a member whatever it likes. */
final class LyingZip {
  private final ByteArrayOutputStream file = new ByteArrayOutputStream();
  private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
  private int entries;

  /** An {@code .npy} file of version 2. */
  static byte[] npy(String dictionary, byte... data) {
    byte[] text = (dictionary + "\n").getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer out = buffer(12 + text.length + data.length);
    out.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0});
    return out.putInt(text.length).put(text).put(data).array();
  }

  /** An {@code .npy} file of bytes. */
  static byte[] npy(byte... data) {
    return npy(
        String.format(
            Locale.ROOT, "{'descr': '|i1', 'fortran_order': False, 'shape': (%d,)}", data.length),
        data);
  }

  static int crc(byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    return (int) crc.getValue();
  }

  static byte[] deflated(byte[] content) {
    Deflater deflater = new Deflater(9, true);
    try {
      deflater.setInput(content);
      deflater.finish();
      byte[] out = new byte[content.length + content.length / 100 + 64];
      return Arrays.copyOf(out, deflater.deflate(out));
    } finally {
      deflater.end();
    }
  }

  int end() {
    return file.size();
  }

  /** Appends a local header and content that is stored as it is. */
  LyingZip local(String name, int method, byte[] stored) {
    byte[] raw = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = buffer(30).putInt(0, 0x04034b50).putShort(4, (short) 20);
    out.putShort(8, (short) method)
        .putInt(14, method == 0 ? crc(stored) : 0)
        .putInt(18, stored.length)
        .putInt(22, stored.length);
    file.writeBytes(out.putShort(26, (short) raw.length).array());
    file.writeBytes(raw);
    file.writeBytes(stored);
    return this;
  }

  /** Adds a directory entry. */
  LyingZip central(String name, int method, int crc, long packed, long size, long offset) {
    byte[] raw = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = buffer(46).putInt(0, 0x02014b50).putShort(10, (short) method);
    out.putInt(16, crc).putInt(20, (int) packed).putInt(24, (int) size);
    directory.writeBytes(
        out.putShort(28, (short) raw.length).putInt(42, (int) offset).array());
    directory.writeBytes(raw);
    entries++;
    return this;
  }

  /** A member that is what it says. */
  LyingZip stored(String name, byte[] content) {
    int offset = end();
    return local(name, 0, content)
        .central(name, 0, crc(content), content.length, content.length, offset);
  }

  /** A deflated member of which the directory says that it has so many bytes. */
  LyingZip deflated(String name, byte[] content, long stated) {
    int offset = end();
    byte[] packed = deflated(content);
    return local(name, 8, packed).central(name, 8, crc(content), packed.length, stated, offset);
  }

  Path write(Path to) throws IOException {
    return write(to, entries, end());
  }

  /** Ends it with a record that states this. */
  Path write(Path to, int count, int directoryAt) throws IOException {
    byte[] central = directory.toByteArray();
    ByteBuffer end = buffer(22).putInt(0, 0x06054b50).putShort(8, (short) count);
    end.putShort(10, (short) count).putInt(12, central.length).putInt(16, directoryAt);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(file.toByteArray());
    all.writeBytes(central);
    all.writeBytes(end.array());
    return Files.write(to, all.toByteArray());
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
