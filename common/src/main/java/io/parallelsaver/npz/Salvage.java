package io.parallelsaver.npz;

import static io.parallelsaver.npz.ZipRecord.MAX16;
import static io.parallelsaver.npz.ZipRecord.MAX32;

import io.parallelsaver.array.FileData;
import io.parallelsaver.array.MappedFile;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.Region;
import io.parallelsaver.npy.NpyHeader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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
  private final NavigableLocals locals = new NavigableLocals();
  private final List<NpzDirectory.Entry> entries = new ArrayList<>();
  private long directoryStart;
  private boolean complete;

  /** Local headers by offset. */
  private static final class NavigableLocals extends TreeMap<Long, SalvageReader.Local> {
    private static final long serialVersionUID = 1L;
  }

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
   */
  public record Found(
      String name,
      long offset,
      List<ArchiveMember> tries,
      boolean recorded,
      String problem,
      String note,
      boolean cut) {}

  private Salvage(Path file, FileChannel channel, int maxHeader) throws IOException {
    this.file = file;
    this.channel = channel;
    this.size = channel.size();
    this.reader = new SalvageReader(channel, size, maxHeader);
    this.mapped = MappedFile.of(file, channel);
    scan();
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
    return complete;
  }

  /** Members of which anything is left. */
  public int count() {
    return locals.size();
  }

  private void scan() throws IOException {
    directoryStart = size;
    long at = 0;
    boolean expected = true;
    while ((at = expected && reader.signature(at) != 0 ? at : reader.next(at)) >= 0) {
      int signature = reader.signature(at);
      long next = at + 1;
      if (signature == ZipRecord.LOCAL) {
        SalvageReader.Local local = reader.local(at);
        if (local != null && (expected || local.header().isPresent())) {
          locals.put(at, local);
          // What stands before a member is no directory of the archive that holds it.
          entries.clear();
          directoryStart = size;
          next = Math.max(next, local.end());
        }
        expected = local != null && local.end() > at;
      } else if (signature == ZipRecord.CENTRAL) {
        NpzDirectory.Entry entry = reader.central(at);
        if (entry != null) {
          directoryStart = Math.min(directoryStart, at);
          entries.add(entry);
          next = at + reader.centralLength(at);
        }
        expected = entry != null;
      } else {
        expected = false;
        if (signature == ZipRecord.END) {
          finish(at);
        }
      }
      at = next;
    }
  }

  /** Compares the directory with its end record, and moves its offsets behind foreign bytes that stand before the archive. */
  private void finish(long at) throws IOException {
    ByteBuffer end = reader.read(at, ZipRecord.END_SIZE);
    if (end.remaining() < ZipRecord.END_SIZE) {
      return;
    }
    int counted = end.getShort(10) & MAX16;
    complete = counted == entries.size() || counted == MAX16 && entries.size() > MAX16;
    long stated = end.getInt(16) & MAX32;
    long shift = stated == MAX32 || entries.isEmpty() ? 0 : directoryStart - stated;
    if (shift > 0 && complete) {
      entries.replaceAll(entry -> new NpzDirectory.Entry(
          entry.name(),
          entry.flags(),
          entry.method(),
          entry.crc(),
          entry.compressedSize(),
          entry.size(),
          entry.localOffset() + shift,
          entry.seek()));
    }
  }

  /** All members that are to be looked at, in the order of the file. */
  public List<Found> members() throws IOException {
    Map<Long, NpzDirectory.Entry> byOffset = new LinkedHashMap<>();
    TreeMap<Long, Boolean> starts = new TreeMap<>();
    for (NpzDirectory.Entry entry : entries) {
      if (entry.localOffset() < directoryStart) {
        byOffset.put(entry.localOffset(), entry);
        starts.put(entry.localOffset(), true);
      }
    }
    if (!complete || entries.isEmpty()) {
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
    String note = local != null && entry != null && !local.name().equals(entry.name())
        ? "its local header calls it " + local.name()
        : local == null ? "its local header is lost" : "";
    List<Integer> crcs = new ArrayList<>();
    if (entry != null) {
      crcs.add(entry.crc());
    }
    if (local != null) {
      local.crcs().stream().filter(crc -> !crcs.contains(crc)).forEach(crcs::add);
    }
    List<ArchiveMember> tries = new ArrayList<>();
    String problem = "no .npy header is found where its content should begin";
    boolean cut = false;
    for (long content : reader.contents(start, border, local, entry)) {
      int method = local != null && content == local.content() ? local.method() : entry.method();
      Optional<NpyHeader> header = reader.header(content, method, border);
      if (header.isEmpty()) {
        continue;
      }
      if (header.get().spec().dtype().hasObject()) {
        problem = "it holds pickled Python objects, which are never unpickled here";
        break;
      }
      long bytes = Math.addExact(header.get().length(), header.get().spec().byteSize());
      long packed = method == ZipRecord.STORED
          ? bytes
          : entry != null ? entry.compressedSize() : local.end() - content;
      if (content + packed > size || packed < 0) {
        cut = true;
        problem = "the file ends at byte " + size + ", the member would reach to byte "
            + (content + packed);
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
            method == ZipRecord.DEFLATED && entry != null ? entry.seek() : Optional.empty(),
            header));
      }
    }
    return new Found(
        name, start, tries, !crcs.isEmpty(), tries.isEmpty() ? problem : "", note, cut);
  }

  /**
   * The array that a member of ours is, under the key it has been given.
   *
   * @param proved whether its CRC-32 is known to be right, so that a save may compare it once more
   */
  public NDArray array(ArchiveMember member, boolean proved) {
    NpyHeader header = member.header().orElseThrow();
    if (!member.stored()) {
      return NDArray.of(header.spec(), new DeflatedData(file, channel, member));
    }
    Region region =
        new Region(file, member.offset() + header.length(), header.spec().byteSize());
    OptionalInt crc = proved ? OptionalInt.of(member.dataCrc()) : OptionalInt.empty();
    return NDArray.of(header.spec(), new FileData(region, crc, mapped));
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
