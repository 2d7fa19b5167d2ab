package io.parallelsaver.npz;

import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The members of an archive, with the {@code .npy} header of each one that is an array.
 *
 * @param file the archive
 * @param size bytes of the archive
 * @param members in the directory's order; of members with the same name only the last, as {@code np.load} sees it
 */
public record NpzArchive(Path file, long size, List<ArchiveMember> members) {
  /** Read at a member's local header at first: enough for it and nearly every {@code .npy} header. */
  private static final int FIRST_READ = 512;

  /** The most that DEFLATE can shrink: 1032 to 1. A directory that claims more is lying. */
  private static final long MAX_DEFLATE_RATIO = 1032;

  /**
   * Reads directory and headers.
   *
   * @throws CorruptException if the archive or a header in it is damaged
   * @throws InputException if an array is of a kind that cannot be restored, or compressed in another way than DEFLATE
   */
  public static NpzArchive read(Path file) throws IOException {
    return read(file, (name, problem) -> {
      throw problem;
    });
  }

  /**
   * Reads directory and headers, and goes on after a member that cannot be read.
   *
   * @param damaged is told the name of each such member, and what is wrong
   * @throws CorruptException if the directory is damaged
   */
  public static NpzArchive read(Path file, BiConsumer<String, InputException> damaged)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      List<NpzDirectory.Entry> entries = NpzDirectory.read(file, channel);
      Map<String, ArchiveMember> members = new LinkedHashMap<>();
      HeaderReader reader = new HeaderReader(file, channel, byOffset(file, entries));
      for (NpzDirectory.Entry entry : entries) {
        members.remove(entry.name());
        try {
          members.put(entry.name(), reader.member(entry));
        } catch (InputException e) {
          damaged.accept(entry.name(), e);
        }
      }
      return new NpzArchive(file, channel.size(), List.copyOf(members.values()));
    }
  }

  /** The members that are arrays, by key. */
  public Map<String, ArchiveMember> arrays() {
    Map<String, ArchiveMember> arrays = new LinkedHashMap<>();
    for (ArchiveMember member : members) {
      if (member.header().isPresent()) {
        arrays.put(member.key(), member);
      }
    }
    return arrays;
  }

  private static NavigableMap<Long, NpzDirectory.Entry> byOffset(
      Path file, List<NpzDirectory.Entry> entries) {
    NavigableMap<Long, NpzDirectory.Entry> sorted = new TreeMap<>();
    for (NpzDirectory.Entry entry : entries) {
      NpzDirectory.Entry other = sorted.put(entry.localOffset(), entry);
      if (other != null) {
        throw overlap(file, other, entry);
      }
    }
    return sorted;
  }

  /** Members that share bytes are how a small archive claims to hold petabytes. */
  private static CorruptException overlap(
      Path file, NpzDirectory.Entry before, NpzDirectory.Entry after) {
    return new CorruptException(file + ": members " + PythonText.quote(before.name()) + " and "
        + PythonText.quote(after.name()) + " overlap at byte " + after.localOffset());
  }

  /** Reads the local header and the {@code .npy} header of one member after the other. */
  private static final class HeaderReader {
    private final Path file;
    private final FileChannel channel;
    private final NavigableMap<Long, NpzDirectory.Entry> byOffset;

    HeaderReader(Path file, FileChannel channel, NavigableMap<Long, NpzDirectory.Entry> byOffset) {
      this.file = file;
      this.channel = channel;
      this.byOffset = byOffset;
    }

    ArchiveMember member(NpzDirectory.Entry entry) throws IOException {
      ByteBuffer start = read(entry.localOffset(), FIRST_READ);
      if (start.remaining() < ZipRecord.LOCAL_SIZE || start.getInt(0) != ZipRecord.LOCAL) {
        throw corrupt(entry, entry.localOffset(), "no local header where the directory says it is");
      }
      int skip = ZipRecord.LOCAL_SIZE
          + (start.getShort(26) & ZipRecord.MAX16)
          + (start.getShort(28) & ZipRecord.MAX16);
      long offset = entry.localOffset() + skip;
      if (offset + entry.compressedSize() > channel.size()) {
        throw corrupt(
            entry,
            offset,
            "member of " + entry.compressedSize() + " bytes reaches beyond the end of the file");
      }
      Map.Entry<Long, NpzDirectory.Entry> next = byOffset.higherEntry(entry.localOffset());
      if (next != null && offset + entry.compressedSize() > next.getKey()) {
        throw overlap(file, entry, next.getValue());
      }
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
      ByteBuffer data = skip < start.limit()
          ? start.position(skip).slice().order(ByteOrder.LITTLE_ENDIAN)
          : ByteBuffer.allocate(0);
      if (data.remaining() > entry.compressedSize()) {
        data.limit((int) entry.compressedSize());
      }
      Optional<NpyHeader> header = header(entry, offset, data);
      return new ArchiveMember(
          entry.name(),
          entry.method(),
          offset,
          entry.compressedSize(),
          entry.size(),
          entry.crc(),
          entry.seek(),
          header);
    }

    private Optional<NpyHeader> header(NpzDirectory.Entry entry, long offset, ByteBuffer first)
        throws IOException {
      if (entry.method() != ZipRecord.STORED && entry.method() != ZipRecord.DEFLATED) {
        throw new InputException(
            file + ": member " + PythonText.quote(entry.name()) + " is compressed with ZIP method "
                + entry.method() + "; only stored (0) and deflated (8) are read");
      }
      try {
        ByteBuffer prefix = content(entry, offset, first, NpyHeader.PREFIX);
        if (!NpyHeader.hasMagic(prefix)) {
          return Optional.empty();
        }
        NpyHeader header = NpyHeader.parse(content(entry, offset, first, NpyHeader.length(prefix)));
        long expected = Math.addExact(header.length(), header.spec().byteSize());
        if (header.spec().dtype().hasObject()) {
          throw new InputException(
              file + ": array " + PythonText.quote(ArchiveMember.key(entry.name())) + " has dtype "
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
        return Optional.of(header);
      } catch (IllegalArgumentException | ArithmeticException | DataFormatException e) {
        throw new CorruptException(
            file + ": member " + PythonText.quote(entry.name()) + " at byte " + offset + ": "
                + e.getMessage(),
            e);
      }
    }

    /** The first {@code length} bytes of the member's content, or all of it if it is shorter. */
    private ByteBuffer content(NpzDirectory.Entry entry, long offset, ByteBuffer first, int length)
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

    /** Up to {@code length} bytes; fewer at the end of the file. */
    private ByteBuffer read(long offset, int length) throws IOException {
      ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
      while (out.hasRemaining() && channel.read(out, offset + out.position()) >= 0) {
        continue;
      }
      return out.flip();
    }

    private CorruptException corrupt(NpzDirectory.Entry entry, long offset, String what) {
      return new CorruptException(file + ": member " + PythonText.quote(entry.name()) + ": " + what
          + " (at byte " + offset + ")");
    }
  }
}
