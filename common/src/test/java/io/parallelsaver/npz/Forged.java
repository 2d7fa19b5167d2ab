package io.parallelsaver.npz;

import io.parallelsaver.testing.Archive;
import io.parallelsaver.testing.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32;

/** A golden archive with lies in it. Field offsets are those of {@link ZipRecord}'s layout. */
final class Forged {
  private ByteBuffer bytes;

  Forged(byte[] archive) {
    bytes = ZipRecord.buffer(archive.length).put(archive).flip();
  }

  static Forged golden(String file) {
    return new Forged(Golden.bytes(file));
  }

  int endAt() {
    return bytes.limit() - ZipRecord.END_SIZE;
  }

  int directoryAt() {
    return bytes.getInt(endAt() + 16);
  }

  int centralAt(int index) {
    int at = directoryAt();
    for (int i = 0; i < index; i++) {
      at += ZipRecord.CENTRAL_SIZE + bytes.getShort(at + 28) + bytes.getShort(at + 30);
    }
    return at;
  }

  int localAt(int index) {
    return bytes.getInt(centralAt(index) + 42);
  }

  /** An archive of one array, with this name. */
  static Forged named(String name) {
    return new Forged(PlanImage.assemble(Map.of(name, Golden.bytes("int8.npy")), Profile.ALIGNED));
  }

  long compressedSize(int index) {
    return bytes.getInt(centralAt(index) + 20) & ZipRecord.MAX32;
  }

  /** CRC-32 of a stored member as it is now. */
  long crc(int index) {
    int at = localAt(index);
    int data = at + ZipRecord.LOCAL_SIZE + bytes.getShort(at + 26) + bytes.getShort(at + 28);
    CRC32 crc = new CRC32();
    crc.update(bytes.slice(data, (int) compressedSize(index)));
    return crc.getValue();
  }

  Forged end(int field, int width, long value) {
    return put(endAt() + field, width, value);
  }

  Forged central(int index, int field, int width, long value) {
    return put(centralAt(index) + field, width, value);
  }

  Forged local(int index, int field, int width, long value) {
    return put(localAt(index) + field, width, value);
  }

  private Forged put(int at, int width, long value) {
    for (int i = 0; i < width; i++) {
      bytes.put(at + i, (byte) (value >> 8 * i));
    }
    return this;
  }

  /** Replaces the first text with one of the same length, wherever it is. */
  Forged text(String from, String to) {
    String all = new String(bytes.array(), StandardCharsets.ISO_8859_1);
    if (from.length() != to.length() || !all.contains(from)) {
      throw new IllegalArgumentException("cannot replace " + from);
    }
    bytes.put(all.indexOf(from), to.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  Forged prepend(byte[] junk) {
    return with(ZipRecord.buffer(junk.length + bytes.limit()).put(junk).put(bytes.duplicate()));
  }

  Forged comment(byte[] comment) {
    end(20, 2, comment.length);
    return with(
        ZipRecord.buffer(bytes.limit() + comment.length).put(bytes.duplicate()).put(comment));
  }

  /** Puts zip64 end records before the end record, which then counts nothing itself. */
  Forged zip64(long count, long size, long offset, long locator) {
    ByteBuffer out =
        ZipRecord.buffer(bytes.limit() + ZipRecord.ZIP64_END_SIZE + ZipRecord.ZIP64_LOCATOR_SIZE);
    out.put(bytes.slice(0, endAt()));
    out.putInt(ZipRecord.ZIP64_END)
        .putLong(44)
        .putShort((short) 45)
        .putShort((short) 45)
        .putInt(0)
        .putInt(0);
    out.putLong(count).putLong(count).putLong(size).putLong(offset);
    out.putInt(ZipRecord.ZIP64_LOCATOR).putInt(0).putLong(locator).putInt(1);
    out.put(bytes.slice(endAt(), ZipRecord.END_SIZE));
    with(out);
    return end(8, 2, -1).end(10, 2, -1).end(12, 4, -1).end(16, 4, -1);
  }

  private Forged with(ByteBuffer changed) {
    bytes = changed.flip();
    return this;
  }

  byte[] bytes() {
    return bytes.array();
  }

  Archive read(Path directory) throws IOException {
    return Archive.read(Files.write(directory.resolve("forged.npz"), bytes.array()));
  }
}
