package io.parallelsaver.npz;

import static io.parallelsaver.npz.ZipRecord.MAX16;
import static io.parallelsaver.npz.ZipRecord.MAX32;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where in a deflated member one may begin to inflate: runs of blocks, none of which looks back before its run. It stands in an extra
 * field of the member's directory entry, which other readers skip.
 *
 * <pre>
 *  0 u16 id 0x5350   2 u16 length   4 for each run: u32 bytes of content, u32 deflated bytes
 * </pre>
 *
 * @param content bytes of content of each run
 * @param deflated deflated bytes of each run; the last one's include what ends the member
 */
public record SeekTable(long[] content, long[] deflated) {
  private static final int ENTRY = 8;

  /** As many as a directory entry of a short name has room for. */
  private static final int MOST = 8000;

  public SeekTable {
    if (content.length != deflated.length || content.length == 0) {
      throw new IllegalArgumentException(
          "seek table of " + content.length + " and " + deflated.length + " lengths");
    }
  }

  /** A table of as few runs as a directory entry has room for: neighbouring ones are joined as needed. */
  public static SeekTable of(long[] content, long[] deflated) {
    return new SeekTable(content, deflated).joined(MOST);
  }

  /**
   * The table for a directory entry with this much room.
   *
   * @param room bytes that an extra field may have
   */
  SeekTable fitting(int room) {
    return joined(Math.max(1, (room - 4) / ENTRY));
  }

  private SeekTable joined(int most) {
    int join = (content.length + most - 1) / most;
    if (join <= 1) {
      return this;
    }
    int runs = (content.length + join - 1) / join;
    long[] joinedContent = new long[runs];
    long[] joinedDeflated = new long[runs];
    for (int i = 0; i < content.length; i++) {
      joinedContent[i / join] += content[i];
      joinedDeflated[i / join] += deflated[i];
    }
    return new SeekTable(joinedContent, joinedDeflated);
  }

  public int runs() {
    return content.length;
  }

  /** The extra field; empty for a single run, which needs no table. */
  byte[] extra() {
    if (runs() < 2 || Arrays.stream(content).anyMatch(length -> length > MAX32)) {
      return new byte[0];
    }
    ByteBuffer out = ZipRecord.buffer(4 + runs() * ENTRY);
    out.putShort((short) ZipRecord.SEEK_EXTRA).putShort((short) (runs() * ENTRY));
    for (int i = 0; i < runs(); i++) {
      out.putInt((int) content[i]).putInt((int) deflated[i]);
    }
    return out.array();
  }

  /**
   * The table among the extra fields of a directory entry, if there is one that fits the member. One that does not is of no use, and no
   * error: the member can be inflated from its beginning.
   */
  static Optional<SeekTable> find(ByteBuffer extra, long size, long compressedSize) {
    ByteBuffer in = extra.slice().order(ByteOrder.LITTLE_ENDIAN);
    while (in.remaining() >= 4) {
      int id = in.getShort() & MAX16;
      int length = in.getShort() & MAX16;
      if (length > in.remaining()) {
        break;
      }
      if (id == ZipRecord.SEEK_EXTRA && length % ENTRY == 0) {
        return read(in, length / ENTRY).filter(table -> table.covers(size, compressedSize));
      }
      in.position(in.position() + length);
    }
    return Optional.empty();
  }

  private static Optional<SeekTable> read(ByteBuffer in, int runs) {
    long[] content = new long[runs];
    long[] deflated = new long[runs];
    for (int i = 0; i < runs; i++) {
      content[i] = in.getInt() & MAX32;
      deflated[i] = in.getInt() & MAX32;
    }
    return Optional.of(new SeekTable(content, deflated));
  }

  private boolean covers(long size, long compressedSize) {
    return runs() > 1
        && Arrays.stream(content).allMatch(length -> length > 0)
        && Arrays.stream(content).sum() == size
        && Arrays.stream(deflated).sum() == compressedSize;
  }
}
