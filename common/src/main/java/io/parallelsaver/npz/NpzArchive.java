package io.parallelsaver.npz;

import io.parallelsaver.array.FileData;
import io.parallelsaver.array.MappedFile;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.Region;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.npz.NpzDirectory.Entry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * An open archive. Its directory has been read; a member's headers are read when it is asked for. Any number of threads may ask. It
 * stays the file that was opened, whatever happens to its name.
 */
public final class NpzArchive implements Closeable {
  private static final String SUFFIX = ".npy";

  private final Path file;
  private final FileChannel channel;
  private final long size;
  private final NpzDirectory directory;
  private final MemberReader reader;
  private final MappedFile mapped;

  private NpzArchive(Path file, FileChannel channel, int maxHeader) throws IOException {
    this.file = file;
    this.channel = channel;
    this.size = channel.size();
    this.directory = NpzDirectory.read(file, channel);
    this.reader = new MemberReader(file, channel, size, directory, maxHeader);
    this.mapped = MappedFile.of(file, channel);
    for (int i = 0; i < directory.count(); i++) {
      if (directory.hidden(i)) {
        // A damaged name must not hide a member.
        reader.checkName(directory.entry(i));
      }
    }
  }

  /** Reads the directory; {@code .npy} headers may take {@link NpyHeader#MAX_LENGTH} bytes. */
  public static NpzArchive open(Path file) throws IOException {
    return open(file, NpyHeader.MAX_LENGTH);
  }

  /**
   * Reads the directory.
   *
   * @param maxHeader longest {@code .npy} header to be read, in bytes
   * @throws CorruptException if this is no archive, or its directory is damaged
   */
  public static NpzArchive open(Path file, int maxHeader) throws IOException {
    return open(file, FileChannel.open(file, StandardOpenOption.READ), maxHeader);
  }

  /**
   * Reads the directory of an archive that is read by positions alone: all but arrays' views in place goes through the channel.
   *
   * @param file what messages and regions call it
   * @param channel is closed with the archive, or when this fails
   * @param maxHeader longest {@code .npy} header to be read, in bytes
   * @throws CorruptException if this is no archive, or its directory is damaged
   */
  public static NpzArchive open(Path file, FileChannel channel, int maxHeader) throws IOException {
    try {
      return new NpzArchive(file, channel, maxHeader);
    } catch (Throwable e) {
      channel.close();
      throw e;
    }
  }

  public Path file() {
    return file;
  }

  /** Bytes of the archive. */
  public long size() {
    return size;
  }

  /** Names of all members, in the directory's order; of members with the same name only the last, as {@code np.load} sees it. */
  public List<String> names() {
    List<String> names = new ArrayList<>(directory.count());
    for (int i = 0; i < directory.count(); i++) {
      if (!directory.hidden(i)) {
        names.add(directory.entry(i).name());
      }
    }
    return names;
  }

  /**
   * All members with their headers, in the directory's order.
   *
   * @throws InputException as for {@link #member}, of the first that is damaged or refused
   */
  public List<ArchiveMember> members() throws IOException {
    List<ArchiveMember> members = new ArrayList<>();
    for (String name : names()) {
      members.add(member(name).orElseThrow());
    }
    return members;
  }

  /**
   * All arrays by key, in the directory's order. What begins as none is read through, since it may be a damaged one: its CRC-32 must be
   * right.
   *
   * @param others is told the key of each member that is no array; {@code np.load} gives its bytes
   * @throws InputException as for {@link #member}, of the first that is damaged or refused
   */
  public Map<String, NDArray> arrays(Consumer<String> others) throws IOException {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    KeptHeaders kept = new KeptHeaders(file);
    for (int i = 0; i < directory.count(); i++) {
      if (!directory.hidden(i)) {
        Entry entry = directory.entry(i);
        ArchiveMember member = reader.proved(entry, key(entry.name()));
        if (member.header().isPresent()) {
          NpyHeader header = kept.keep(member.header().get());
          arrays.put(member.key(), array(member.with(Optional.of(header))));
        } else if (!member.isFolder()) {
          others.accept(member.key());
        }
      }
    }
    return arrays;
  }

  /** Bytes of all members when inflated. */
  public long contentSize() {
    long bytes = 0;
    for (int i = 0; i < directory.count(); i++) {
      bytes += directory.hidden(i) ? 0 : directory.entry(i).size();
    }
    return bytes;
  }

  /** The key by which {@code np.load} gives a member. */
  public String key(String name) {
    if (!name.endsWith(SUFFIX)) {
      return name;
    }
    String bare = name.substring(0, name.length() - SUFFIX.length());
    return directory.indexOf(bare) < 0 ? bare : name;
  }

  /**
   * The member of a key, or of a full name; its headers are read.
   *
   * @return empty if there is none
   * @throws CorruptException if it or a header in it is damaged
   * @throws InputException if it is an array of a kind that cannot be restored, or compressed in another way than DEFLATE
   */
  public Optional<ArchiveMember> member(String key) throws IOException {
    int index = directory.indexOf(key);
    if (index < 0) {
      index = directory.indexOf(key + SUFFIX);
    }
    if (index < 0) {
      return Optional.empty();
    }
    Entry entry = directory.entry(index);
    return Optional.of(reader.member(entry, key(entry.name())));
  }

  /** Whether a member is deflated; nothing is read. */
  public boolean deflated(String name) {
    int index = directory.indexOf(name);
    return index >= 0 && directory.entry(index).method() == ZipRecord.DEFLATED;
  }

  /**
   * The array that a member is: a view of the file if it is stored, else inflated when it is read, again each time.
   *
   * @throws IllegalArgumentException if it is none
   */
  public NDArray array(ArchiveMember member) {
    NpyHeader header = member
        .header()
        .orElseThrow(() -> new IllegalArgumentException("no array: " + member.name()));
    if (!member.stored()) {
      return NDArray.of(header.spec(), new DeflatedData(file, channel, member));
    }
    long bytes = header.spec().byteSize();
    Region region = new Region(file, member.offset() + header.length(), bytes);
    return NDArray.of(
        header.spec(), new FileData(region, OptionalInt.of(member.dataCrc()), mapped));
  }

  /** Ends reading. Arrays that were looked at stay usable if they are stored. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
