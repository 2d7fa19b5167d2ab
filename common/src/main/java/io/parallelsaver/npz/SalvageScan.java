package io.parallelsaver.npz;

import static io.parallelsaver.npz.ZipRecord.MAX16;
import static io.parallelsaver.npz.ZipRecord.MAX32;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Local headers and directory entries of a file, read from its beginning on. */
final class SalvageScan {
  private static final int ZIP64_END = 0x06064b50;
  private static final int ZIP64_END_SIZE = 56;

  /** The zip64 end record and its locator, which stand before the end record. */
  private static final int ZIP64_TAIL = ZIP64_END_SIZE + 20;

  private final SalvageReader reader;
  private final long size;
  private final SortedMap<Long, SalvageReader.Local> locals = new TreeMap<>();
  private final List<NpzDirectory.Entry> entries = new ArrayList<>();
  private long directoryStart;
  private boolean complete;

  /** Whether an end record stands behind the entries. */
  private boolean ended;

  private SalvageScan(SalvageReader reader, long size) {
    this.reader = reader;
    this.size = size;
  }

  static SalvageScan of(SalvageReader reader, long size) throws IOException {
    SalvageScan scan = new SalvageScan(reader, size);
    scan.run();
    return scan;
  }

  /** Local headers by offset. */
  SortedMap<Long, SalvageReader.Local> locals() {
    return locals;
  }

  /** What is left of the directory, in its order; offsets are those in the file. */
  List<NpzDirectory.Entry> entries() {
    return entries;
  }

  /** Where the first entry stands, or the file's end. */
  long directoryStart() {
    return directoryStart;
  }

  /** Whether the directory is all there. */
  boolean complete() {
    return complete;
  }

  private void run() throws IOException {
    directoryStart = size;
    long at = 0;
    long beyond = -1;
    boolean expected = true;
    SortedMap<Long, SalvageReader.Local> inside = new TreeMap<>();
    while ((at = expected && reader.signature(at) != 0 ? at : reader.next(at)) >= 0) {
      int signature = reader.signature(at);
      long next = at + 1;
      if (signature == ZipRecord.LOCAL) {
        SalvageReader.Local local = reader.local(at);
        if (local != null && (expected || local.header().isPresent())) {
          (beyond < 0 ? locals : inside).put(at, local);
          // What stands before a member is no directory of the archive that holds it.
          forgetDirectory();
          if (local.end() <= size) {
            // Lengths that lead to nothing are damaged, and must not leap over other members.
            next = local.end() > local.content() || local.header().isPresent() ? local.end() : next;
          } else if (beyond < 0) {
            beyond = at;
          }
        }
        expected = next > at + 1;
      } else if (signature == ZipRecord.CENTRAL) {
        NpzDirectory.Entry entry = reader.central(at);
        if (entry != null) {
          if (ended) {
            forgetDirectory();
          }
          directoryStart = Math.min(directoryStart, at);
          entries.add(entry);
          next = at + reader.centralLength(at);
        }
        expected = entry != null;
      } else {
        expected = false;
        if (signature == ZipRecord.END) {
          finish(at, inside);
        }
      }
      at = next;
    }
    // Behind a member that reaches beyond the file all are its bytes, unless the directory knows
    // better than its header.
    long suspect = beyond;
    if (suspect >= 0 && entries.stream().noneMatch(entry -> entry.localOffset() == suspect)) {
      forgetDirectory();
    } else {
      locals.putAll(inside);
    }
    findLost();
  }

  private void forgetDirectory() {
    entries.clear();
    directoryStart = size;
    complete = false;
    ended = false;
  }

  /** Compares the directory with its end record, and moves its offsets behind foreign bytes that stand before the archive. */
  private void finish(long at, SortedMap<Long, SalvageReader.Local> inside) throws IOException {
    ByteBuffer end = reader.read(at, ZipRecord.END_SIZE);
    if (end.remaining() < ZipRecord.END_SIZE || entries.isEmpty()) {
      return;
    }
    ended = true;
    long counted = end.getShort(10) & MAX16;
    long stated = end.getInt(16) & MAX32;
    ByteBuffer wide = reader.read(at - ZIP64_TAIL, ZIP64_END_SIZE);
    if (wide.remaining() == ZIP64_END_SIZE && wide.getInt(0) == ZIP64_END) {
      counted = wide.getLong(32);
      stated = wide.getLong(48);
    }
    complete = counted == entries.size();
    long shift = directoryStart - stated;
    if (shift > 0 && complete && known(0, inside) <= known(shift, inside)) {
      entries.replaceAll(entry -> at(entry, entry.localOffset() + shift));
    }
  }

  private static NpzDirectory.Entry at(NpzDirectory.Entry entry, long offset) {
    return new NpzDirectory.Entry(
        entry.position(),
        entry.name(),
        entry.flags(),
        entry.method(),
        entry.crc(),
        entry.compressedSize(),
        entry.size(),
        offset,
        entry.seek());
  }

  /** How many entries lead to a local header if all offsets are moved. */
  private long known(long shift, SortedMap<Long, SalvageReader.Local> inside) {
    return entries.stream()
        .map(entry -> entry.localOffset() + shift)
        .filter(offset -> locals.containsKey(offset) || inside.containsKey(offset))
        .count();
  }

  /** An entry that leads to no local header, while one of its name and CRC-32 is left over, belongs to that one. */
  private void findLost() {
    Set<Long> named = new HashSet<>();
    entries.forEach(entry -> named.add(entry.localOffset()));
    Map<String, Long> left = new HashMap<>();
    locals.forEach((offset, local) -> {
      if (!named.contains(offset)) {
        left.put(local.name(), offset);
      }
    });
    entries.replaceAll(entry -> {
      Long other = locals.containsKey(entry.localOffset()) ? null : left.get(entry.name());
      return other != null && locals.get(other).crcs().contains(entry.crc())
          ? at(entry, other)
          : entry;
    });
  }
}
