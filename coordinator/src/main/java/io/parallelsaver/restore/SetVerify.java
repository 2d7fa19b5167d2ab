package io.parallelsaver.restore;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.job.Job;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.shards.Part;
import io.parallelsaver.shards.ShardedArray;
import io.parallelsaver.stored.ArchiveFile;
import io.parallelsaver.stored.ShardedSet;
import io.parallelsaver.stored.StoredArrays;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Compares an index with its shards: with what each shard's directory and headers say, both ways. The bytes are left to the workers. */
final class SetVerify {
  private static final int LISTED = 3;

  private final ShardedSet set;
  private final int maxHeader;
  private final Map<String, String> damaged;
  private final List<Reading> readings = new ArrayList<>();
  private int members;
  private long bytes;

  /** An array's part that a shard must hold. */
  private record Wanted(ShardedArray array, Part part) {}

  /**
   * @param damaged is told what is wrong, by the array's key, or the shard's name
   */
  SetVerify(ShardedSet set, int maxHeader, Map<String, String> damaged) {
    this.set = set;
    this.maxHeader = maxHeader;
    this.damaged = damaged;
    this.members = set.index().arrays().size();
  }

  /** What is to be summed. */
  List<Reading> readings() {
    return readings;
  }

  /** Arrays of the set, and members of its shards that are none. */
  int members() {
    return members;
  }

  /** Bytes of all shards. */
  long bytes() {
    return bytes;
  }

  void run() {
    List<Map<String, Wanted>> wanted = new ArrayList<>();
    set.index().head().shards().forEach(shard -> wanted.add(new LinkedHashMap<>()));
    for (ShardedArray array : set.index().arrays().values()) {
      for (Part part : array.parts()) {
        wanted.get(part.shard()).put(part.key(), new Wanted(array, part));
      }
    }
    for (int i = 0; i < wanted.size(); i++) {
      shard(set.index().file(i), set.index().head().shards().get(i).file(), wanted.get(i));
    }
  }

  private void shard(Path file, String name, Map<String, Wanted> wanted) {
    if (Files.notExists(file)) {
      damaged.put(name, set.path() + ": shard " + name + " is not there" + some(wanted));
      return;
    }
    bytes += file.toFile().length();
    try (StoredArrays opened = StoredArrays.open(file, maxHeader)) {
      if (!(opened instanceof ArchiveFile archive)) {
        throw new CorruptException(file + " is no .npz archive");
      }
      Map<String, Wanted> rest = new HashMap<>(wanted);
      for (String member : archive.archive().names()) {
        member(archive, member, rest);
      }
      rest.forEach((key, missing) -> damaged.putIfAbsent(
          missing.array().key(),
          file + ": the index says that " + PythonText.quoteStart(key)
              + " is in this shard, its directory does not"));
    } catch (InputException e) {
      damaged.put(name, e.getMessage() + some(wanted));
    }
  }

  private static String some(Map<String, Wanted> wanted) {
    List<String> keys = wanted.values().stream()
        .limit(LISTED)
        .map(each -> PythonText.quoteStart(each.array().key()))
        .toList();
    return wanted.isEmpty()
        ? ""
        : "; in it " + (wanted.size() == 1 ? "stands " : "stand ") + String.join(", ", keys)
            + (wanted.size() > LISTED ? " and " + (wanted.size() - LISTED) + " more" : "");
  }

  private void member(ArchiveFile archive, String name, Map<String, Wanted> rest) {
    String key = archive.archive().key(name);
    Wanted wanted = rest.remove(key);
    String subject = wanted == null ? key : wanted.array().key();
    try {
      if (wanted == null) {
        members++;
        throw new CorruptException(archive.path() + ": member " + PythonText.quoteStart(name)
            + " is in this shard, but not in the index");
      }
      ArchiveMember member = archive.member(name).orElseThrow();
      compare(archive, member, wanted);
      set.part(wanted.array(), wanted.part());
      readings.add(Reading.of(archive.path(), member, Job.NO_FILE));
    } catch (InputException e) {
      damaged.putIfAbsent(subject, e.getMessage());
    }
  }

  private static void compare(ArchiveFile archive, ArchiveMember member, Wanted wanted) {
    Part part = wanted.part();
    ArraySpec spec = wanted.array().spec(part);
    String what =
        archive.path() + ": array " + PythonText.quoteStart(wanted.array().key()) + ": ";
    if (member.header().isEmpty() || !member.stored()) {
      throw new CorruptException(what + "the shard has no array stored as it is under this name");
    }
    if (member.offset() != part.header() || member.size() != part.end() - part.header()) {
      throw new CorruptException(
          what + "the index says that it is the " + (part.end() - part.header())
              + " bytes at " + part.header() + ", the shard's directory " + member.size() + " at "
              + member.offset());
    }
    if (member.crc() != part.crc()) {
      throw new CorruptException(what
          + String.format(
              Locale.ROOT,
              "its CRC-32 is %08x in the index, %08x in the shard's directory",
              part.crc(),
              member.crc()));
    }
    ArraySpec found = archive.archive().array(member).spec();
    boolean same = found.logicalType().isEmpty()
        ? found.equals(spec.withoutLogicalType())
        : found.equals(spec);
    if (!same) {
      throw new CorruptException(what + "it is " + spec + " in the index, " + found + " there");
    }
  }
}
