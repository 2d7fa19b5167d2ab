package io.parallelsaver.npz;

import io.parallelsaver.array.FileData;
import io.parallelsaver.array.MappedFile;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.array.Region;
import io.parallelsaver.array.WholeRows;
import io.parallelsaver.npy.NpyHeader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What can be found in a damaged or cut-off archive: local headers, read from the file's beginning on, and what entries of the central
 * directory are left behind them. Nothing is believed that a CRC-32 does not prove; this class only says where to look.
 */
public final class Salvage implements Closeable {
  private final Path file;
  private final FileChannel channel;
  private final SalvageReader reader;
  private final MappedFile mapped;
  private final long size;
  private final SalvageScan scan;

  /**
   * A member that may be whole.
   *
   * @param name in the archive
   * @param offset of its local header
   * @param tries what it may be, the likeliest first; each is proved if the CRC-32 of its content is the one it has
   * @param recorded whether a CRC-32 is recorded; else the tries have none to be compared with
   * @param problem why there are no tries, or empty
   * @param note what else is to be said
   * @param cut whether it reaches beyond the end of the file
   * @param rows what is there of an array that is cut off, as far as it can be told
   * @param named whether nothing contradicts its name
   * @param otherEnd where its content ends, if that is no array and has the CRC-32 it should; else 0
   */
  public record Found(
      String name,
      long offset,
      List<ArchiveMember> tries,
      boolean recorded,
      String problem,
      String note,
      boolean cut,
      Optional<WholeRows> rows,
      boolean named,
      long otherEnd) {}

  private Salvage(Path file, FileChannel channel, int maxHeader) throws IOException {
    this.file = file;
    this.channel = channel;
    this.size = channel.size();
    this.reader = new SalvageReader(file, channel, size, maxHeader);
    this.mapped = MappedFile.of(file, channel);
    this.scan = SalvageScan.of(reader, size);
  }

  /** Looks through a file; members whose length is known are leapt over. */
  public static Salvage open(Path file, int maxHeader) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new Salvage(file, channel, maxHeader);
    } catch (Throwable e) {
      channel.close();
      throw e;
    }
  }

  /** Whether the central directory is all there. */
  public boolean directoryWhole() {
    return scan.complete();
  }

  /** Members of which anything is left. */
  public int count() {
    return scan.locals().size();
  }

  /** All members that are to be looked at, in the order of the file. */
  public List<Found> members() throws IOException {
    Map<Long, NpzDirectory.Entry> byOffset = new LinkedHashMap<>();
    TreeMap<Long, Boolean> starts = new TreeMap<>();
    SortedMap<Long, SalvageReader.Local> locals = scan.locals();
    long directoryStart = scan.directoryStart();
    List<NpzDirectory.Entry> entries = scan.entries();
    for (NpzDirectory.Entry entry : entries) {
      if (entry.localOffset() < directoryStart) {
        byOffset.put(entry.localOffset(), entry);
        starts.put(entry.localOffset(), true);
      }
    }
    if (!scan.complete() || entries.isEmpty()) {
      locals.keySet().forEach(offset -> starts.put(offset, true));
    }
    List<Found> found = new ArrayList<>(starts.size());
    for (long start : starts.keySet()) {
      Long next = starts.higherKey(start);
      long border = next == null ? directoryStart : next;
      found.add(member(start, border, locals.get(start), byOffset.get(start)));
    }
    return found;
  }

  private Found member(long start, long border, SalvageReader.Local local, NpzDirectory.Entry entry)
      throws IOException {
    String name = entry == null ? local.name() : entry.name();
    boolean named = local == null || entry == null || local.name().equals(entry.name());
    String note = !named
        ? "its local header calls it " + PythonText.quote(local.name())
            + ", and nothing says which name is right"
        : local == null ? "its local header is lost" : "";
    List<Integer> crcs = new ArrayList<>();
    // Zero stands where nobody came to write a sum.
    if (entry != null && entry.crc() != 0) {
      crcs.add(entry.crc());
    }
    if (local != null) {
      local.crcs().stream().filter(crc -> !crcs.contains(crc)).forEach(crcs::add);
    }
    List<ArchiveMember> tries = new ArrayList<>();
    String problem = "no .npy header is found where its content should begin";
    boolean cut = false;
    Optional<WholeRows> rows = Optional.empty();
    for (long content : reader.contents(start, border, local, entry)) {
      for (int method : methods(local, entry)) {
        Optional<NpyHeader> header = reader.header(content, method, border);
        if (header.isEmpty()) {
          continue;
        }
        if (header.get().spec().dtype().hasObject()) {
          problem = "it holds pickled Python objects, which are never unpickled here";
          continue;
        }
        long bytes = header.get().length() + header.get().spec().byteSize();
        for (long packed : packed(content, method, bytes, local, entry)) {
          if (packed <= 0 || packed > size - content) {
            cut = true;
            problem = packed <= 0
                ? "its deflated data has no end, and the file ends at byte " + size
                : "the file ends at byte " + size + ", the member would reach to byte "
                    + (content + packed);
            if (method == ZipRecord.STORED) {
              long first = content + header.get().length();
              rows = WholeRows.of(header.get().spec(), file, first, size - first);
            }
            continue;
          }
          for (int crc : crcs.isEmpty() ? List.of(0) : crcs) {
            tries.add(new ArchiveMember(
                name,
                name,
                method,
                content,
                packed,
                bytes,
                crc,
                reader.dataCrc(content, method, header.get(), crc, border),
                method == ZipRecord.DEFLATED
                        && entry != null
                        && entry.compressedSize() == packed
                        && entry.size() == bytes
                    ? entry.seek()
                    : Optional.empty(),
                header));
          }
        }
      }
    }
    return new Found(
        name,
        start,
        tries,
        !crcs.isEmpty(),
        tries.isEmpty() ? problem : "",
        note,
        cut && tries.isEmpty(),
        tries.isEmpty() ? rows : Optional.empty(),
        named,
        tries.isEmpty() && !cut ? otherEnd(start, border, local, entry, crcs) : 0);
  }

  /** Where content that is no array ends, if a CRC-32 proves that it is whole; else 0. */
  private long otherEnd(
      long start,
      long border,
      SalvageReader.Local local,
      NpzDirectory.Entry entry,
      List<Integer> crcs)
      throws IOException {
    for (long content : reader.contents(start, border, local, entry)) {
      if (entry != null && entry.size() == 0 && entry.crc() == 0) {
        return content;
      }
      for (int method : methods(local, entry)) {
        for (long packed : lengths(content, method, local, entry)) {
          if (packed > 0
              && packed <= border - content
              && crcs.contains(reader.crc(content, method, packed))) {
            return content + packed;
          }
        }
      }
    }
    return 0;
  }

  private static Set<Integer> methods(SalvageReader.Local local, NpzDirectory.Entry entry) {
    Set<Integer> methods = new LinkedHashSet<>();
    if (local != null) {
      methods.add(local.method());
    }
    if (entry != null) {
      methods.add(entry.method());
    }
    return methods;
  }

  /** How many bytes content may take: one length if it is stored, since its own header says it. */
  private static Set<Long> packed(
      long content, int method, long bytes, SalvageReader.Local local, NpzDirectory.Entry entry) {
    return method == ZipRecord.STORED ? Set.of(bytes) : lengths(content, method, local, entry);
  }

  /** How many bytes the records say that content takes. */
  private static Set<Long> lengths(
      long content, int method, SalvageReader.Local local, NpzDirectory.Entry entry) {
    Set<Long> lengths = new LinkedHashSet<>();
    if (local != null && local.method() == method && local.content() == content) {
      lengths.add(local.end() - content);
    }
    if (entry != null) {
      lengths.add(entry.compressedSize());
    }
    return lengths;
  }

  /**
   * The array that a member of ours is, under the key it has been given.
   *
   * @param proved whether its CRC-32 is known to be right, so that a save may compare it once more
   */
  public NDArray array(ArchiveMember member, boolean proved) throws IOException {
    NpyHeader header = member.header().orElseThrow();
    if (!member.stored()) {
      ArchiveMember summed = proved ? member : summed(member);
      return NDArray.of(header.spec(), new DeflatedData(file, channel, summed));
    }
    Region region =
        new Region(file, member.offset() + header.length(), header.spec().byteSize());
    OptionalInt crc = proved ? OptionalInt.of(member.dataCrc()) : OptionalInt.empty();
    return NDArray.of(header.spec(), new FileData(region, crc, mapped));
  }

  /** With the sum that it has, since none is recorded. */
  private ArchiveMember summed(ArchiveMember member) throws IOException {
    int crc = reader.inflatedCrc(member.offset());
    NpyHeader header = member.header().orElseThrow();
    return new ArchiveMember(
        member.key(),
        member.name(),
        member.method(),
        member.offset(),
        member.compressedSize(),
        member.size(),
        crc,
        reader.dataCrc(member.offset(), member.method(), header, crc, size),
        member.seek(),
        member.header());
  }

  /** Keys by name, as {@code np.load} gives them: without {@code .npy}, unless another member is called so. */
  public static Map<String, String> keys(List<String> names) {
    Map<String, String> keys = new HashMap<>();
    names.forEach(name -> keys.put(name, name));
    keys.replaceAll((name, same) -> {
      String bare = name.endsWith(".npy") ? name.substring(0, name.length() - 4) : name;
      return keys.containsKey(bare) ? name : bare;
    });
    return keys;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
