package io.parallelsaver.array;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Bytes that stand in a file. Saving them moves them from file to file in a worker, without passing through the coordinator; what reads
 * them here sees them through a mapping. The file must not be cut off as long as they are used.
 */
public final class FileData implements ArrayData {
  private final Region where;
  private final OptionalInt crc;
  private final MappedFile file;
  private List<ByteBuffer> buffers;
  private BufferData bytes;

  /**
   * @param where the file and the range in it
   */
  public FileData(Region where) {
    this(where, OptionalInt.empty(), MappedFile.of(where.file()));
  }

  /**
   * @param where the file and the range in it
   * @param crc CRC-32 that the bytes should have, as far as the file says
   * @param file the same file, shared by all that stands in it
   */
  public FileData(Region where, OptionalInt crc, MappedFile file) {
    this.where = Objects.requireNonNull(where);
    this.crc = crc;
    this.file = file;
  }

  @Override
  public long length() {
    return where.length();
  }

  @Override
  public Optional<Region> region() {
    return Optional.of(where);
  }

  @Override
  public OptionalInt crc() {
    return crc;
  }

  @Override
  public synchronized List<ByteBuffer> buffers() {
    if (buffers == null) {
      buffers = file.pieces(where);
    }
    return buffers;
  }

  /**
   * @throws java.io.UncheckedIOException if the file is gone, or ends before the bytes do
   */
  @Override
  public void read(long offset, ByteBuffer target) {
    Objects.checkFromIndexSize(offset, target.remaining(), where.length());
    bytes().read(offset, target);
  }

  private synchronized BufferData bytes() {
    if (bytes == null) {
      bytes = new BufferData(buffers().toArray(ByteBuffer[]::new));
    }
    return bytes;
  }

  @Override
  public ArrayData slice(long offset, long length) {
    Objects.checkFromIndexSize(offset, length, where.length());
    Region part = new Region(where.file(), where.offset() + offset, length);
    return new FileData(part, OptionalInt.empty(), file);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FileData that && where.equals(that.where);
  }

  @Override
  public int hashCode() {
    return where.hashCode();
  }

  @Override
  public String toString() {
    return "FileData " + where;
  }
}
