package io.parallelsaver.stored;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.FileData;
import io.parallelsaver.array.MappedFile;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.array.Region;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.npz.Crc32;
import io.parallelsaver.npz.MemberStart;
import io.parallelsaver.shards.Part;
import io.parallelsaver.shards.Shard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.zip.CRC32;

/** One open shard: what stands before a part is compared with what the index says of it, nothing else is read. */
final class ShardFile implements AutoCloseable {
  /** Read at once where parts are small: what stands before many of them. */
  private static final int WINDOW = 64 << 10;

  private static final int SMALL = 8 << 10;

  private final Path file;
  private final FileChannel channel;
  private final MappedFile mapped;
  private final int maxHeader;

  private long windowAt;
  private ByteBuffer window = ByteBuffer.allocate(0);

  /** The header that was parsed last: most shards hold many arrays of few kinds. */
  private byte[] lastBytes = {};

  private ArraySpec lastSpec;
  private int lastCrc;

  private ShardFile(Path file, FileChannel channel, int maxHeader) {
    this.file = file;
    this.channel = channel;
    this.mapped = MappedFile.of(file, channel);
    this.maxHeader = maxHeader;
  }

  /**
   * @throws CorruptException if its size is not what the index says
   */
  static ShardFile open(Path file, Shard shard, int maxHeader) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      if (channel.size() != shard.size()) {
        throw new CorruptException(file + ": the index says that this shard has " + shard.size()
            + " bytes, found " + channel.size() + "; it is damaged, or of another set");
      }
      return new ShardFile(file, channel, maxHeader);
    } catch (Throwable e) {
      channel.close();
      throw e;
    }
  }

  /**
   * The bytes of a part.
   *
   * @param spec what it is by the index
   * @throws CorruptException if the shard has something else there
   */
  synchronized FileData data(Part part, ArraySpec spec) throws IOException {
    ByteBuffer start = start(part);
    try {
      int crc = check(part, spec, start);
      int dataCrc = Crc32.remove(crc, part.crc(), part.length());
      Region where = new Region(file, part.offset(), part.length());
      return new FileData(where, OptionalInt.of(dataCrc), mapped);
    } catch (IllegalArgumentException e) {
      throw new CorruptException(
          file + ": the index says that " + PythonText.quoteStart(part.key()) + " stands at byte "
              + part.local() + ", but " + e.getMessage()
              + "; the shard is damaged, or of another set",
          e);
    }
  }

  /** Returns the CRC-32 of the {@code .npy} header. */
  private int check(Part part, ArraySpec spec, ByteBuffer start) {
    MemberStart member = MemberStart.parse(start);
    if (!member.key().equals(part.key())) {
      throw new IllegalArgumentException("it is " + PythonText.quoteStart(member.key()));
    }
    if (member.crc().orElse(part.crc()) != part.crc()) {
      throw new IllegalArgumentException(String.format(
          Locale.ROOT,
          "its CRC-32 is %08x there, %08x in the index",
          member.crc().getAsInt(),
          part.crc()));
    }
    if (part.local() + member.localLength() != part.header()) {
      throw new IllegalArgumentException("its .npy header stands at byte "
          + (part.local() + member.localLength()) + ", not at " + part.header());
    }
    byte[] header = new byte[(int) (part.offset() - part.header())];
    start.get(start.position() + member.localLength(), header);
    if (!Arrays.equals(header, lastBytes)) {
      NpyHeader parsed = NpyHeader.parse(ByteBuffer.wrap(header));
      if (parsed.length() != header.length) {
        throw new IllegalArgumentException(
            "its .npy header has " + parsed.length() + " bytes, not " + header.length);
      }
      lastSpec = parsed.spec().withoutLogicalType();
      CRC32 sum = new CRC32();
      sum.update(header);
      lastCrc = (int) sum.getValue();
      lastBytes = header;
    }
    if (!lastSpec.equals(spec.withoutLogicalType())) {
      throw new IllegalArgumentException("it is " + lastSpec + " there, " + spec + " in the index");
    }
    return lastCrc;
  }

  /** What stands before a part's bytes. */
  private ByteBuffer start(Part part) throws IOException {
    long length = part.offset() - part.local();
    if (length > MemberStart.longest(maxHeader)) {
      throw new CorruptException(file + ": the index says that " + length
          + " bytes stand before those of " + PythonText.quoteStart(part.key())
          + ", more than the longest header that is read; raise the limit of headers if you trust"
          + " the file");
    }
    if (part.local() < windowAt || part.offset() > windowAt + window.limit()) {
      boolean many = length + part.length() <= SMALL;
      window = ByteBuffer.allocate(many ? WINDOW : (int) length);
      windowAt = part.local();
      while (window.hasRemaining() && channel.read(window, windowAt + window.position()) >= 0) {
        continue;
      }
      window.flip();
    }
    if (part.offset() > windowAt + window.limit()) {
      throw new CorruptException(file + " is cut off at byte " + channel.size());
    }
    return window.slice((int) (part.local() - windowAt), (int) length);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
