package io.parallelsaver.npz;

import static io.parallelsaver.npz.ZipRecord.MAX16;
import static io.parallelsaver.npz.ZipRecord.MAX32;

import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads the central directory of a ZIP file, the only part that says truly what is in it: NumPy's local headers carry no sizes, and a
 * data descriptor may follow a member.
 */
final class NpzDirectory {
  /** The end record and the longest comment that may follow it. */
  private static final int END_SEARCH = ZipRecord.END_SIZE + MAX16;

  /** Names that are not UTF-8 are in the code page of the first IBM PC. */
  private static final Charset CP437 = Charset.forName("IBM437");

  /**
   * A central entry.
   *
   * @param position where it stands in the directory
   * @param localOffset offset of the local header in the file, leading foreign bytes counted
   */
  record Entry(
      int position,
      String name,
      int flags,
      int method,
      int crc,
      long compressedSize,
      long size,
      long localOffset,
      Optional<SeekTable> seek) {}

  private final Path file;
  private final FileChannel channel;
  private final long fileSize;

  /** The directory's bytes as they are: entries are parsed when they are asked for, so that a million of them take little memory. */
  private ByteBuffer central;

  private long start;
  private long shift;
  private int[] positions;
  private long[] localOffsets;
  private NameTable names;

  /** Index behind that of the offset that {@link #nextOffset} was asked for last: a hint, whichever thread left it. */
  private int lastNext;

  private NpzDirectory(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.fileSize = channel.size();
  }

  /**
   * Reads and checks all entries.
   *
   * @throws CorruptException if this is no ZIP file, or its directory is damaged
   * @throws InputException if the directory needs more memory than there is
   */
  static NpzDirectory read(Path file, FileChannel channel) throws IOException {
    NpzDirectory directory = new NpzDirectory(file, channel);
    directory.find();
    return directory;
  }

  private void find() throws IOException {
    int tail = (int) Math.min(fileSize, END_SEARCH);
    ByteBuffer end = bytes(fileSize - tail, tail, "end of central directory");
    int at = findEnd(end);
    long endOffset = fileSize - tail + at;
    long count = end.getShort(at + 10) & MAX16;
    long size = end.getInt(at + 12) & MAX32;
    long offset = end.getInt(at + 16) & MAX32;
    long directoryEnd = endOffset;
    long locator = endOffset - ZipRecord.ZIP64_LOCATOR_SIZE;
    if (locator >= 0) {
      ByteBuffer record = bytes(locator, ZipRecord.ZIP64_LOCATOR_SIZE, "zip64 locator");
      if (record.getInt(0) == ZipRecord.ZIP64_LOCATOR) {
        ByteBuffer zip64 = zip64End(locator, record.getLong(8));
        count = zip64.getLong(32);
        size = zip64.getLong(40);
        offset = zip64.getLong(48);
        directoryEnd = zip64At;
      }
    }
    long start = directoryEnd - size;
    if (size < 0 || start < 0 || offset < 0 || offset > start) {
      throw corrupt(
          endOffset,
          "central directory of " + size + " bytes at " + offset + " does not fit before "
              + directoryEnd);
    }
    index(start, size, count, start - offset);
  }

  private long zip64At;

  private ByteBuffer zip64End(long locator, long stated) throws IOException {
    for (long at : new long[] {stated, locator - ZipRecord.ZIP64_END_SIZE}) {
      if (at >= 0 && at <= locator - ZipRecord.ZIP64_END_SIZE) {
        ByteBuffer zip64 = bytes(at, ZipRecord.ZIP64_END_SIZE, "zip64 end record");
        if (zip64.getInt(0) == ZipRecord.ZIP64_END) {
          zip64At = at;
          return zip64;
        }
      }
    }
    throw corrupt(
        locator, "the zip64 locator points to " + stated + ", where no zip64 end record is");
  }

  private int findEnd(ByteBuffer tail) {
    for (int at = tail.limit() - ZipRecord.END_SIZE; at >= 0; at--) {
      if (tail.getInt(at) == ZipRecord.END
          && at + ZipRecord.END_SIZE + (tail.getShort(at + 20) & MAX16) <= tail.limit()) {
        return at;
      }
    }
    throw corrupt(fileSize, "no end of central directory: the file is no .npz, or it is cut off");
  }

  private void index(long start, long size, long count, long shift) throws IOException {
    if (count < 0 || count > size / ZipRecord.CENTRAL_SIZE) {
      throw corrupt(
          start, "central directory of " + size + " bytes cannot hold " + count + " entries");
    }
    if (size > Integer.MAX_VALUE - 8) {
      throw corrupt(
          start, "central directory of " + size + " bytes is larger than the limit of 2 GiB");
    }
    if (size > Runtime.getRuntime().maxMemory() / 2) {
      throw new InputException(
          file + ": a central directory of " + size
              + " bytes takes more than half of the memory that Java may use; raise -Xmx if you trust the file");
    }
    if (size > 0
        && bytes(start, Integer.BYTES, "central directory").getInt(0) != ZipRecord.CENTRAL) {
      throw corrupt(start, "no central directory entry where one is expected");
    }
    this.central = bytes(start, (int) size, "central directory");
    this.start = start;
    this.shift = shift;
    this.positions = new int[(int) count];
    this.localOffsets = new long[(int) count];
    this.names = new NameTable((int) count, i -> entry(i).name());
    int at = 0;
    for (int i = 0; i < count; i++) {
      positions[i] = at;
      Entry entry = entry(i);
      localOffsets[i] = entry.localOffset();
      names.add(i, entry.name());
      at += length(at);
    }
    if (at < size) {
      throw corrupt(
          start + at,
          "central directory holds more than the " + count + " entries its end record counts");
    }
    Arrays.sort(localOffsets);
    for (int i = 1; i < count; i++) {
      if (localOffsets[i] == localOffsets[i - 1]) {
        throw overlap(localOffsets[i]);
      }
    }
  }

  /** Number of entries, those counted that a later one of the same name hides. */
  int count() {
    return positions.length;
  }

  /** Index of the last entry of a name, the one that counts; -1 if there is none. */
  int indexOf(String name) {
    return names.indexOf(name);
  }

  /** Whether a later entry has the same name. */
  boolean hidden(int index) {
    return names.hidden(index);
  }

  /** Where the next member begins behind this offset, or the directory. */
  long nextOffset(long localOffset) {
    int next = lastNext;
    // Who asks for all of them asks in this order, and for each more than once.
    if (next == 0 || localOffsets[next - 1] != localOffset) {
      next = next < localOffsets.length && localOffsets[next] == localOffset
          ? next + 1
          : Arrays.binarySearch(localOffsets, localOffset) + 1;
      lastNext = next;
    }
    return next < localOffsets.length ? localOffsets[next] : start;
  }

  /** Members that share bytes are how a small archive claims to hold petabytes. */
  private CorruptException overlap(long localOffset) {
    List<String> both = new ArrayList<>();
    for (int i = 0; i < positions.length && both.size() < 2; i++) {
      Entry entry = entry(i);
      if (entry.localOffset() == localOffset) {
        both.add(PythonText.quoteStart(entry.name()));
      }
    }
    return new CorruptException(
        file + ": members " + String.join(" and ", both) + " overlap at byte " + localOffset);
  }

  /** What begins at an offset that {@link #nextOffset} gave, for a message. */
  String nameAt(long offset) {
    for (int i = 0; i < positions.length; i++) {
      Entry entry = entry(i);
      if (entry.localOffset() == offset) {
        return PythonText.quoteStart(entry.name());
      }
    }
    return "the central directory";
  }

  private int length(int at) {
    return ZipRecord.CENTRAL_SIZE
        + (central.getShort(at + 28) & MAX16)
        + (central.getShort(at + 30) & MAX16)
        + (central.getShort(at + 32) & MAX16);
  }

  /** Parses and checks one entry. */
  Entry entry(int index) {
    ByteBuffer in = central;
    int at = positions[index];
    if (in.limit() - at < ZipRecord.CENTRAL_SIZE || in.getInt(at) != ZipRecord.CENTRAL) {
      throw corrupt(start + at, "no central directory entry where one is expected");
    }
    if (in.limit() - at < length(at)) {
      throw corrupt(start + at, "central directory entry of " + length(at) + " bytes is cut off");
    }
    int nameLength = in.getShort(at + 28) & MAX16;
    int extraLength = in.getShort(at + 30) & MAX16;
    int flags = in.getShort(at + 8) & MAX16;
    String name = name(at, nameLength, flags);
    long[] wide = {
      in.getInt(at + 24) & MAX32, in.getInt(at + 20) & MAX32, in.getInt(at + 42) & MAX32
    };
    int extraAt = at + ZipRecord.CENTRAL_SIZE + nameLength;
    if (extraLength > 0) {
      widen(wide, in.slice(extraAt, extraLength).order(in.order()), name);
    }
    if ((flags & ZipRecord.FLAG_ENCRYPTED) != 0) {
      throw new CorruptException(file + ": member " + PythonText.quoteStart(name)
          + " is encrypted, which .npz files never are");
    }
    int method = in.getShort(at + 10) & MAX16;
    long local = wide[2] + shift;
    if (wide[0] < 0
        || wide[1] < 0
        || wide[2] < 0
        || local > start - ZipRecord.LOCAL_SIZE
        || wide[1] > start - local) {
      throw corrupt(
          start + at,
          "member " + PythonText.quoteStart(name) + " lies outside the file: " + wide[1]
              + " bytes at " + local);
    }
    Optional<SeekTable> seek = method == ZipRecord.DEFLATED
        ? SeekTable.find(in.slice(extraAt, extraLength), wide[0], wide[1])
        : Optional.empty();
    return new Entry(at, name, flags, method, in.getInt(at + 16), wide[1], wide[0], local, seek);
  }

  /** The bytes of an entry's name. */
  ByteBuffer rawName(Entry entry) {
    int length = central.getShort(entry.position() + 28) & MAX16;
    return central.slice(entry.position() + ZipRecord.CENTRAL_SIZE, length);
  }

  private String name(int at, int length, int flags) {
    byte[] raw = new byte[length];
    central.get(at + ZipRecord.CENTRAL_SIZE, raw);
    for (byte each : raw) {
      if (each < 0) {
        boolean utf8 = (flags & ZipRecord.FLAG_UTF8) != 0;
        return new String(raw, utf8 ? StandardCharsets.UTF_8 : CP437);
      }
    }
    // Nearly every name, and many times faster to make.
    return new String(raw, StandardCharsets.ISO_8859_1);
  }

  /** Takes those of size, compressed size and offset from the zip64 extra field that do not fit into 32 bits. */
  private void widen(long[] wide, ByteBuffer extra, String name) {
    while (extra.remaining() >= 4) {
      int id = extra.getShort() & MAX16;
      int length = extra.getShort() & MAX16;
      if (length > extra.remaining()) {
        return;
      }
      ByteBuffer field = extra.slice(extra.position(), length).order(extra.order());
      extra.position(extra.position() + length);
      if (id == ZipRecord.ZIP64_EXTRA) {
        for (int i = 0; i < wide.length; i++) {
          if (wide[i] == MAX32) {
            if (field.remaining() < 8) {
              throw new CorruptException(
                  file + ": zip64 field of member " + PythonText.quoteStart(name) + " is cut off");
            }
            wide[i] = field.getLong();
          }
        }
        return;
      }
    }
  }

  private ByteBuffer bytes(long offset, int length, String what) throws IOException {
    ByteBuffer out = ZipRecord.buffer(length);
    while (out.hasRemaining()) {
      if (channel.read(out, offset + out.position()) < 0) {
        throw corrupt(offset, what + " is cut off");
      }
    }
    return out.flip();
  }

  private CorruptException corrupt(long offset, String what) {
    return new CorruptException(
        file + ": " + what + " (at byte " + offset + " of " + fileSize + ")");
  }
}
