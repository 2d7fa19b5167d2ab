package io.parallelsaver.npz;

import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.npz.NpzDirectory.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads the local header and the {@code .npy} header of a member, and checks them against the directory. */
final class MemberReader {
  /** Read at a member's local header at first: enough for it and nearly every {@code .npy} header. */
  private static final int FIRST_READ = 512;

  /** The most that DEFLATE can shrink: 1032 to 1. A directory that claims more is lying. */
  private static final long MAX_DEFLATE_RATIO = 1032;

  /** Read there where members are small: enough for many of them. */
  private static final int WINDOW = 64 << 10;

  private static final int SMALL = 8 << 10;

  private static final String SUFFIX = ".npy";

  private final Path file;
  private final FileChannel channel;
  private final long size;
  private final NpzDirectory directory;
  private final int maxHeader;

  /** The header that was parsed last: most archives hold many arrays of few kinds. */
  private volatile Parsed last = new Parsed(new byte[0], Optional.empty(), 0);

  /** Bytes of the file that were read last, from an offset on. */
  private volatile Window window = new Window(0, ByteBuffer.allocate(0));

  /**
   * @param crc of the header and of as many bytes as the array has, all of them 0, apart from what these bytes themselves add
   */
  private record Parsed(byte[] bytes, Optional<NpyHeader> found, int crc) {
    NpyHeader header() {
      return found.orElseThrow();
    }
  }

  private record Window(long offset, ByteBuffer bytes) {}

  /**
   * @param size bytes of the file
   */
  MemberReader(Path file, FileChannel channel, long size, NpzDirectory directory, int maxHeader) {
    this.size = size;
    this.file = file;
    this.channel = channel;
    this.directory = directory;
    this.maxHeader = maxHeader;
  }

  ArchiveMember member(Entry entry, String key) throws IOException {
    ByteBuffer start = start(entry);
    if (start.remaining() < ZipRecord.LOCAL_SIZE || start.getInt(0) != ZipRecord.LOCAL) {
      throw corrupt(entry, entry.localOffset(), "no local header where the directory says it is");
    }
    int skip = ZipRecord.LOCAL_SIZE
        + (start.getShort(26) & ZipRecord.MAX16)
        + (start.getShort(28) & ZipRecord.MAX16);
    long offset = entry.localOffset() + skip;
    checkPlace(entry, offset);
    checkName(entry, start);
    checkSizes(entry, offset);
    ByteBuffer data = skip < start.limit()
        ? start.position(skip).slice().order(ByteOrder.LITTLE_ENDIAN)
        : ByteBuffer.allocate(0);
    if (data.remaining() > entry.compressedSize()) {
      data.limit((int) entry.compressedSize());
    }
    return member(entry, key, offset, data);
  }

  /** As {@link #member}; of what begins as no array, whatever it is called, the CRC-32 is looked at, too. */
  ArchiveMember proved(Entry entry, String key) throws IOException {
    ArchiveMember member = member(entry, key);
    if (member.header().isEmpty() && !entry.name().endsWith(SUFFIX)) {
      try {
        checkContent(entry, member.offset());
      } catch (DataFormatException e) {
        throw corrupt(entry, member.offset(), e.getMessage());
      }
    }
    return member;
  }

  /** What {@link #member} checks of a member that nobody will ask for, because a later one has its name. */
  void checkName(Entry entry) throws IOException {
    ByteBuffer start = start(entry);
    if (start.remaining() < ZipRecord.LOCAL_SIZE || start.getInt(0) != ZipRecord.LOCAL) {
      throw corrupt(entry, entry.localOffset(), "no local header where the directory says it is");
    }
    checkName(entry, start);
  }

  /** A name has no checksum but that it stands in both headers; and what its bytes mean depends on a flag. */
  private void checkName(Entry entry, ByteBuffer start) throws IOException {
    ByteBuffer name = directory.rawName(entry);
    int length = start.getShort(26) & ZipRecord.MAX16;
    int end = ZipRecord.LOCAL_SIZE + length;
    ByteBuffer local = end <= start.limit() ? start : read(entry.localOffset(), end);
    boolean same = length == name.remaining()
        && end <= local.limit()
        && local.slice(ZipRecord.LOCAL_SIZE, length).equals(name);
    boolean ascii =
        entry.name().length() == name.remaining() && entry.name().chars().allMatch(c -> c < 0x80);
    int flags = start.getShort(6) & ZipRecord.FLAG_UTF8;
    if (!same || !ascii && flags != (entry.flags() & ZipRecord.FLAG_UTF8)) {
      throw corrupt(
          entry, entry.localOffset(), "its local header and the directory name it differently");
    }
  }

  private void checkPlace(Entry entry, long offset) {
    if (offset + entry.compressedSize() > size) {
      throw corrupt(
          entry,
          offset,
          "member of " + entry.compressedSize() + " bytes reaches beyond the end of the file");
    }
    long next = directory.nextOffset(entry.localOffset());
    if (offset + entry.compressedSize() > next) {
      throw new CorruptException(file + ": members " + PythonText.quoteStart(entry.name()) + " and "
          + directory.nameAt(next) + " overlap at byte " + next);
    }
  }

  private void checkSizes(Entry entry, long offset) {
    if (entry.method() == ZipRecord.STORED && entry.size() != entry.compressedSize()) {
      throw corrupt(
          entry,
          offset,
          "stored member has two sizes, " + entry.size() + " and " + entry.compressedSize());
    }
    if (entry.method() == ZipRecord.DEFLATED
        && entry.size() / MAX_DEFLATE_RATIO > entry.compressedSize()) {
      throw corrupt(
          entry,
          offset,
          entry.compressedSize() + " deflated bytes cannot inflate to " + entry.size());
    }
    if (entry.method() != ZipRecord.STORED && entry.method() != ZipRecord.DEFLATED) {
      throw new InputException(file + ": member " + PythonText.quoteStart(entry.name())
          + " is compressed with ZIP method " + entry.method()
          + "; only stored (0) and deflated (8) are read");
    }
  }

  private ArchiveMember member(Entry entry, String key, long offset, ByteBuffer first)
      throws IOException {
    try {
      Parsed known = last;
      Parsed parsed = beginsLike(known, entry, first) ? known : null;
      if (parsed == null) {
        ByteBuffer prefix = content(entry, offset, first, NpyHeader.PREFIX);
        if (NpyHeader.hasMagic(prefix)) {
          parsed = parsed(content(entry, offset, first, NpyHeader.length(prefix, maxHeader)));
        } else if (entry.name().endsWith(SUFFIX)) {
          checkContent(entry, offset);
        }
      }
      Optional<NpyHeader> header = Optional.empty();
      int dataCrc = entry.crc();
      if (parsed != null) {
        check(parsed.header(), entry, key, offset);
        header = parsed.found();
        dataCrc = parsed.crc() ^ entry.crc();
      }
      return new ArchiveMember(
          key,
          entry.name(),
          entry.method(),
          offset,
          entry.compressedSize(),
          entry.size(),
          entry.crc(),
          dataCrc,
          entry.seek(),
          header);
    } catch (IllegalArgumentException | ArithmeticException | DataFormatException e) {
      throw new CorruptException(
          file + ": member " + PythonText.quoteStart(entry.name()) + " at byte " + offset + ": "
              + e.getMessage(),
          e);
    }
  }

  private static boolean beginsLike(Parsed known, Entry entry, ByteBuffer first) {
    int length = known.bytes().length;
    int at = first.arrayOffset() + first.position();
    return length > 0
        && entry.method() == ZipRecord.STORED
        && first.remaining() >= length
        && Arrays.equals(first.array(), at, at + length, known.bytes(), 0, length);
  }

  private Parsed parsed(ByteBuffer bytes) {
    NpyHeader header = NpyHeader.parse(bytes);
    byte[] copy = new byte[header.length()];
    bytes.get(bytes.position(), copy);
    CRC32 crc = new CRC32();
    crc.update(copy);
    int removed = Crc32.remove((int) crc.getValue(), 0, header.spec().byteSize());
    Parsed parsed = new Parsed(copy, Optional.of(header), removed);
    last = parsed;
    return parsed;
  }

  private void check(NpyHeader header, Entry entry, String key, long offset) {
    long expected = Math.addExact(header.length(), header.spec().byteSize());
    if (header.spec().dtype().hasObject()) {
      throw new InputException(file + ": array " + PythonText.quoteStart(key) + " has dtype "
          + header.spec().dtype()
          + ": it holds pickled Python objects, which are never unpickled here");
    }
    if (expected != entry.size()) {
      throw corrupt(
          entry,
          offset,
          "array " + header.spec() + " takes " + expected + " bytes with its header, found "
              + entry.size());
    }
  }

  /** A member that begins as no array is either that or damaged, and would be left out of what is restored. */
  private void checkContent(Entry entry, long offset) throws IOException, DataFormatException {
    CRC32 crc = new CRC32();
    long size = 0;
    Inflater inflater = entry.method() == ZipRecord.STORED ? null : new Inflater(true);
    try {
      long end = offset + entry.compressedSize();
      ByteBuffer out = ByteBuffer.allocate(WINDOW);
      for (long at = offset; at < end && size <= entry.size(); ) {
        ByteBuffer in = read(at, (int) Math.min(WINDOW, end - at));
        at += in.remaining();
        if (inflater == null) {
          size += in.remaining();
          crc.update(in);
          continue;
        }
        inflater.setInput(in);
        while (size <= entry.size() && !inflater.needsInput() && !inflater.finished()) {
          size += inflater.inflate(out.clear());
          crc.update(out.flip());
        }
      }
    } finally {
      if (inflater != null) {
        inflater.end();
      }
    }
    if (size != entry.size() || (int) crc.getValue() != entry.crc()) {
      throw corrupt(
          entry,
          offset,
          "it does not begin as an array does, and its CRC-32 is not what the "
              + "directory wants; the file is damaged");
    }
  }

  /** The first {@code length} bytes of the member's content, or all of it if it is shorter. */
  private ByteBuffer content(Entry entry, long offset, ByteBuffer first, int length)
      throws IOException, DataFormatException {
    int wanted = (int) Math.min(length, entry.size());
    if (entry.method() == ZipRecord.STORED) {
      return first.remaining() >= wanted
          ? first.duplicate().order(ByteOrder.LITTLE_ENDIAN)
          : read(offset, wanted);
    }
    ByteBuffer out = ByteBuffer.allocate(wanted).order(ByteOrder.LITTLE_ENDIAN);
    Inflater inflater = new Inflater(true);
    try {
      ByteBuffer in = first.duplicate();
      long at = offset + in.remaining();
      long end = offset + entry.compressedSize();
      inflater.setInput(in);
      while (out.hasRemaining() && !inflater.finished()) {
        if (inflater.inflate(out) == 0 && inflater.needsInput()) {
          if (at >= end) {
            throw corrupt(entry, end, "deflated data is cut off");
          }
          in = read(at, (int) Math.min(end - at, 1 << 16));
          at += in.remaining();
          inflater.setInput(in);
        }
      }
    } finally {
      inflater.end();
    }
    return out.flip();
  }

  /** The first bytes of a member, of its local header on. */
  private ByteBuffer start(Entry entry) throws IOException {
    long at = entry.localOffset();
    if (directory.nextOffset(at) - at > SMALL) {
      return read(at, FIRST_READ);
    }
    Window known = window;
    if (at < known.offset() || at + SMALL > known.offset() + known.bytes().limit()) {
      known = new Window(at, read(at, WINDOW));
      window = known;
    }
    int from = (int) (at - known.offset());
    int count = Math.min(SMALL, known.bytes().limit() - from);
    return known.bytes().slice(from, count).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Up to {@code length} bytes; fewer at the end of the file. */
  private ByteBuffer read(long offset, int length) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (out.hasRemaining() && channel.read(out, offset + out.position()) >= 0) {
      continue;
    }
    return out.flip();
  }

  private CorruptException corrupt(Entry entry, long offset, String what) {
    return new CorruptException(file + ": member " + PythonText.quoteStart(entry.name()) + ": "
        + what + " (at byte " + offset + ")");
  }
}
