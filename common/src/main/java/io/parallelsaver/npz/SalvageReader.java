package io.parallelsaver.npz;

import static io.parallelsaver.npz.ZipRecord.MAX16;
import static io.parallelsaver.npz.ZipRecord.MAX32;

import io.parallelsaver.npy.NpyHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads records of a ZIP file wherever they may stand, and gives nothing where they make no sense. */
final class SalvageReader {
  private static final int SMALLEST_READ = 8 << 10;
  private static final int LARGEST_READ = 1 << 20;

  /** The longest local header: name and extra field have 16-bit lengths. */
  private static final int LONGEST_LOCAL = ZipRecord.LOCAL_SIZE + 2 * MAX16;

  private static final int FLAG_DESCRIPTOR = 8;
  private static final int DESCRIPTOR = 0x08074b50;

  /** Without and with its signature, with lengths of 32 and of 64 bits; or none. */
  private static final int[] DESCRIPTOR_SIZES = {0, 12, 16, 20, 24};

  private static final Charset CP437 = Charset.forName("IBM437");

  private final FileChannel channel;
  private final long size;
  private final int maxHeader;
  private final KeptHeaders kept;

  /** The header that was parsed last: most archives hold many arrays of few kinds. */
  private NpyHeader last;

  private ByteBuffer lastBytes = ZipRecord.buffer(0);

  private ByteBuffer window = ZipRecord.buffer(0);
  private long windowAt;
  private int ahead = SMALLEST_READ;

  /**
   * A local header.
   *
   * @param content offset of the first byte behind it
   * @param end offset behind the content, or {@code content} if that is not known
   * @param crcs CRC-32 values that stand in it, or behind the content
   */
  record Local(
      String name,
      int method,
      long content,
      long end,
      List<Integer> crcs,
      Optional<NpyHeader> header) {}

  SalvageReader(Path file, FileChannel channel, long size, int maxHeader) {
    this.kept = new KeptHeaders(file);
    this.channel = channel;
    this.size = size;
    this.maxHeader = maxHeader;
  }

  /** Up to {@code length} bytes from an offset on. Reading on reads more at a time, leaping reads little. */
  ByteBuffer read(long offset, int length) throws IOException {
    if (offset < 0 || offset >= size) {
      return ZipRecord.buffer(0);
    }
    if (offset < windowAt || offset + length > windowAt + window.limit()) {
      boolean on = offset >= windowAt && offset <= windowAt + window.limit();
      ahead = on ? Math.min(LARGEST_READ, ahead * 2) : SMALLEST_READ;
      ByteBuffer next =
          ZipRecord.buffer((int) Math.max(0, Math.min(Math.max(ahead, length), size - offset)));
      while (next.hasRemaining() && channel.read(next, offset + next.position()) >= 0) {
        continue;
      }
      window = next.flip();
      windowAt = offset;
    }
    int from = (int) (offset - windowAt);
    int count = Math.max(0, Math.min(length, window.limit() - from));
    return count == 0 ? ZipRecord.buffer(0) : window.slice(from, count).order(window.order());
  }

  /** The record's signature that stands there, or 0. */
  int signature(long at) throws IOException {
    ByteBuffer four = read(at, 4);
    if (four.remaining() < 4) {
      return 0;
    }
    int found = four.getInt(0);
    return found == ZipRecord.LOCAL || found == ZipRecord.CENTRAL || found == ZipRecord.END
        ? found
        : 0;
  }

  /** Where the next signature stands from an offset on; -1 if there is none. */
  long next(long from) throws IOException {
    for (long at = from; at < size - 3; ) {
      ByteBuffer block = read(at, LARGEST_READ);
      for (int i = 0; i < block.limit() - 3; i++) {
        if (block.get(i) == 'P' && block.get(i + 1) == 'K' && signature(at + i) != 0) {
          return at + i;
        }
      }
      at += Math.max(1, block.limit() - 3);
    }
    return -1;
  }

  /** The local header that stands there, or null. */
  Local local(long at) throws IOException {
    ByteBuffer in = read(at, ZipRecord.LOCAL_SIZE);
    if (in.remaining() < ZipRecord.LOCAL_SIZE) {
      return null;
    }
    int flags = in.getShort(6) & MAX16;
    int method = in.getShort(8) & MAX16;
    int crc = in.getInt(14);
    long[] sizes = {in.getInt(22) & MAX32, in.getInt(18) & MAX32};
    int nameLength = in.getShort(26) & MAX16;
    int extraLength = in.getShort(28) & MAX16;
    long content = at + ZipRecord.LOCAL_SIZE + nameLength + extraLength;
    if (nameLength == 0
        || content > size
        || method != ZipRecord.STORED && method != ZipRecord.DEFLATED
        || (flags & ZipRecord.FLAG_ENCRYPTED) != 0) {
      return null;
    }
    ByteBuffer rest = read(at + ZipRecord.LOCAL_SIZE, nameLength + extraLength);
    String name = name(rest, 0, nameLength, flags);
    widen(sizes, rest, nameLength, extraLength);
    Optional<NpyHeader> header = header(content, method, size);
    long packed = sizes[1] == MAX32 || sizes[1] > size - content ? 0 : Math.max(0, sizes[1]);
    if (method == ZipRecord.STORED && header.isPresent()) {
      long own = header.get().length() + header.get().spec().byteSize();
      // Two lengths that differ: one of them is damaged, or nobody came to write it.
      packed = packed == 0 || follows(content + own) || !follows(content + packed) ? own : packed;
    } else if (packed == 0 || !follows(content + packed)) {
      // A length that leads to nothing must not leap over other members.
      packed = header.isPresent() ? inflatedEnd(content) - content : 0;
    }
    long end = content + packed;
    Set<Integer> crcs = new LinkedHashSet<>();
    crcs.add(crc);
    if (end > content) {
      descriptor(end, (flags & FLAG_DESCRIPTOR) != 0, crcs);
    }
    // Zero stands where nobody came to write a sum.
    crcs.remove(0);
    return new Local(name, method, content, end, List.copyOf(crcs), header);
  }

  /** A data descriptor behind a member repeats its CRC-32; its signature may be missing. */
  private void descriptor(long end, boolean flagged, Set<Integer> crcs) throws IOException {
    ByteBuffer in = read(end, 8);
    if (in.remaining() == 8 && in.getInt(0) == DESCRIPTOR) {
      crcs.add(in.getInt(4));
    } else if (flagged && in.remaining() >= 4) {
      crcs.add(in.getInt(0));
    }
  }

  private boolean follows(long at) throws IOException {
    if (at < 0 || at > size) {
      return false;
    }
    ByteBuffer in = read(at, 4);
    return at == size || in.remaining() == 4 && in.get(0) == 'P' && in.get(1) == 'K';
  }

  /** The directory entry that stands there, its offset as it says; or null. */
  NpzDirectory.Entry central(long at) throws IOException {
    ByteBuffer in = read(at, ZipRecord.CENTRAL_SIZE);
    if (in.remaining() < ZipRecord.CENTRAL_SIZE) {
      return null;
    }
    int flags = in.getShort(8) & MAX16;
    int method = in.getShort(10) & MAX16;
    int crc = in.getInt(16);
    long[] wide = {in.getInt(24) & MAX32, in.getInt(20) & MAX32, in.getInt(42) & MAX32};
    int nameLength = in.getShort(28) & MAX16;
    int extraLength = in.getShort(30) & MAX16;
    ByteBuffer rest = read(at + ZipRecord.CENTRAL_SIZE, nameLength + extraLength);
    if (nameLength == 0
        || rest.remaining() < nameLength + extraLength
        || method != ZipRecord.STORED && method != ZipRecord.DEFLATED) {
      return null;
    }
    widen(wide, rest, nameLength, extraLength);
    Optional<SeekTable> seek = method == ZipRecord.DEFLATED
        ? SeekTable.find(rest.slice(nameLength, extraLength), wide[0], wide[1])
        : Optional.empty();
    String name = name(rest, 0, nameLength, flags);
    return wide[2] < 0 || wide[1] < 0 || wide[2] > at
        ? null
        : new NpzDirectory.Entry(0, name, flags, method, crc, wide[1], wide[0], wide[2], seek);
  }

  int centralLength(long at) throws IOException {
    ByteBuffer in = read(at, ZipRecord.CENTRAL_SIZE);
    return ZipRecord.CENTRAL_SIZE
        + (in.getShort(28) & MAX16)
        + (in.getShort(30) & MAX16)
        + (in.getShort(32) & MAX16);
  }

  /** Where a member's content may begin, the likeliest place first. */
  Set<Long> contents(long start, long border, Local local, NpzDirectory.Entry entry)
      throws IOException {
    Set<Long> places = new LinkedHashSet<>();
    if (local != null) {
      places.add(local.content());
    }
    if (entry != null) {
      ByteBuffer lengths = read(start, ZipRecord.LOCAL_SIZE);
      if (local == null && lengths.remaining() == ZipRecord.LOCAL_SIZE) {
        long behind = start
            + ZipRecord.LOCAL_SIZE
            + (lengths.getShort(26) & MAX16)
            + (lengths.getShort(28) & MAX16);
        // What stands in place of a lost header may be anything.
        if (behind <= border) {
          places.add(behind);
        }
      }
      for (int descriptor : DESCRIPTOR_SIZES) {
        long before = border - descriptor - entry.compressedSize();
        if (before > start) {
          places.add(before);
        }
      }
      if (entry.method() == ZipRecord.STORED && (local == null || local.header().isEmpty())) {
        ByteBuffer in = read(start, (int) Math.min(LONGEST_LOCAL, border - start));
        for (int i = ZipRecord.LOCAL_SIZE; i < in.limit() - NpyHeader.PREFIX; i++) {
          if (in.get(i) == (byte) 0x93 && NpyHeader.hasMagic(in.slice(i, NpyHeader.PREFIX))) {
            places.add(start + i);
          }
        }
      }
    }
    return places;
  }

  /** The {@code .npy} header that content begins with, if it does. */
  Optional<NpyHeader> header(long content, int method, long border) throws IOException {
    try {
      ByteBuffer prefix = content(content, method, NpyHeader.PREFIX, border);
      if (!NpyHeader.hasMagic(prefix)) {
        return Optional.empty();
      }
      int length = NpyHeader.length(prefix, maxHeader);
      NpyHeader header = parsed(content(content, method, length, border));
      Math.addExact(content + header.length(), header.spec().byteSize());
      return Optional.of(header);
    } catch (IllegalArgumentException | ArithmeticException | DataFormatException e) {
      return Optional.empty();
    }
  }

  private NpyHeader parsed(ByteBuffer bytes) {
    if (last == null || !bytes.equals(lastBytes)) {
      last = kept.keep(NpyHeader.parse(bytes));
      lastBytes = ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }
    return last;
  }

  /** CRC-32 that the array's bytes alone must have if all of the content has {@code crc}. */
  int dataCrc(long content, int method, NpyHeader header, int crc, long border) throws IOException {
    try {
      CRC32 first = new CRC32();
      first.update(content(content, method, header.length(), border).limit(header.length()));
      return Crc32.remove((int) first.getValue(), crc, header.spec().byteSize());
    } catch (DataFormatException e) {
      throw new IOException("deflated data has changed: " + e.getMessage(), e);
    }
  }

  private ByteBuffer content(long content, int method, int length, long border)
      throws IOException, DataFormatException {
    if (method == ZipRecord.STORED) {
      return read(content, length);
    }
    ByteBuffer out = ZipRecord.buffer(length);
    Inflater inflater = new Inflater(true);
    try {
      for (long at = content; out.hasRemaining() && !inflater.finished(); ) {
        ByteBuffer in = read(at, (int) Math.max(0, Math.min(1 << 12, border - at)));
        if (!in.hasRemaining()) {
          break;
        }
        at += in.remaining();
        inflater.setInput(in);
        while (out.hasRemaining() && inflater.inflate(out) > 0) {
          continue;
        }
      }
    } finally {
      inflater.end();
    }
    return out.flip();
  }

  /** CRC-32 of content of which so many bytes stand in the file; of deflated content that takes another number of them, 0. */
  int crc(long content, int method, long packed) throws IOException {
    CRC32 sum = new CRC32();
    if (method == ZipRecord.DEFLATED) {
      return inflate(content, sum) == content + packed ? (int) sum.getValue() : 0;
    }
    long end = content + packed;
    for (long at = content; at < end; ) {
      ByteBuffer block = read(at, (int) Math.min(LARGEST_READ, end - at));
      if (!block.hasRemaining()) {
        return 0;
      }
      at += block.remaining();
      sum.update(block);
    }
    return (int) sum.getValue();
  }

  /** What the CRC-32 of deflated content is. */
  int inflatedCrc(long content) throws IOException {
    CRC32 sum = new CRC32();
    inflate(content, sum);
    return (int) sum.getValue();
  }

  /** Where deflated data ends, if it ends well; else where it begins. */
  private long inflatedEnd(long content) throws IOException {
    return inflate(content, new CRC32());
  }

  private long inflate(long content, CRC32 sum) throws IOException {
    Inflater inflater = new Inflater(true);
    byte[] out = new byte[1 << 16];
    try {
      for (long at = content; at < size; ) {
        ByteBuffer in = read(at, 1 << 16);
        inflater.setInput(in);
        at += in.remaining();
        for (int count; (count = inflater.inflate(out)) > 0; ) {
          sum.update(out, 0, count);
        }
        if (inflater.finished()) {
          return content + inflater.getBytesRead();
        }
      }
    } catch (DataFormatException e) {
      return content;
    } finally {
      inflater.end();
    }
    return content;
  }

  private static String name(ByteBuffer in, int at, int length, int flags) {
    byte[] raw = new byte[Math.min(length, in.limit() - at)];
    in.get(at, raw);
    boolean utf8 = (flags & ZipRecord.FLAG_UTF8) != 0;
    return new String(raw, utf8 ? StandardCharsets.UTF_8 : CP437);
  }

  /** Takes from the zip64 field what does not fit into 32 bits. */
  private static void widen(long[] wide, ByteBuffer in, int from, int length) {
    int end = Math.min(in.limit(), from + length);
    for (int at = from; at + 4 <= end; ) {
      int id = in.getShort(at) & MAX16;
      int next = at + 4 + (in.getShort(at + 2) & MAX16);
      if (id == ZipRecord.ZIP64_EXTRA && next <= end) {
        int field = at + 4;
        for (int i = 0; i < wide.length && field + 8 <= next; i++) {
          if (wide[i] == MAX32) {
            wide[i] = in.getLong(field);
            field += 8;
          }
        }
        return;
      }
      at = next;
    }
  }
}
