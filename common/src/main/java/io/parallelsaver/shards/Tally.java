package io.parallelsaver.shards;

import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.CorruptException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What must agree between the lists of an index, whichever comes first: names that are there once, parts that lie in their shards and take
 * no more bytes than these have, a map that names the same members.
 */
final class Tally {
  private final boolean exact;
  private final SeenNames keys = new SeenNames();
  private final SeenNames members = new SeenNames();
  private boolean doubtful;

  // By the names themselves, for a second look.
  private final Set<String> exactKeys = new HashSet<>();
  private final Map<String, Integer> exactMembers = new HashMap<>();
  private final Map<String, String> exactMap = new HashMap<>();

  // By the number of a shard.
  private long[] ends = new long[16];
  private long[] bytes = new long[16];
  private final Map<Integer, long[]> inShards = new HashMap<>();

  /** By the name of a shard: how many members the map puts there, and the sum of their hashes. */
  private final Map<String, long[]> mapped = new HashMap<>();

  private int largest = -1;
  private long total;

  private Tally(boolean exact) {
    this.exact = exact;
  }

  /** Keeps 64 bits of each name. */
  static Tally quick() {
    return new Tally(false);
  }

  /** Keeps the names, and so can say which one is wrong. */
  static Tally exact() {
    return new Tally(true);
  }

  /** Whether a second look, at the names themselves, is needed. */
  boolean isDoubtful() {
    return doubtful;
  }

  void array(String file, ShardedArray array) {
    seen(file, exact ? exactKeys.add(array.key()) : keys.add(array.key()), "array", array.key());
    for (Part part : array.parts()) {
      boolean first = exact
          ? exactMembers.putIfAbsent(part.key(), part.shard()) == null
          : members.add(part.key());
      seen(file, first, "member", part.key());
      count(inShards.computeIfAbsent(part.shard(), shard -> new long[2]), part.key());
      add(file, array, part);
    }
  }

  private void seen(String file, boolean first, String what, String name) {
    if (!first && exact) {
      throw new CorruptException(
          file + ": " + what + " " + PythonText.quoteStart(name) + " is there twice");
    }
    doubtful |= !first;
  }

  private void add(String file, ShardedArray array, Part part) {
    int shard = part.shard();
    if (shard >= ends.length) {
      int length = Math.max(2 * ends.length, shard + 1);
      ends = Arrays.copyOf(ends, length);
      bytes = Arrays.copyOf(bytes, length);
    }
    largest = Math.max(largest, shard);
    ends[shard] = Math.max(ends[shard], part.end());
    bytes[shard] += part.length();
    total += part.length();
    if (total < 0 || bytes[shard] < 0) {
      throw new CorruptException(file + ": array " + PythonText.quoteStart(array.key())
          + ": all arrays up to it take more than 2^63 bytes");
    }
  }

  void mapped(String file, String member, String shard) {
    count(mapped.computeIfAbsent(shard, name -> new long[2]), member);
    if (mapped.size() > IndexHead.MOST_SHARDS) {
      throw new CorruptException(
          file + ": weight_map names more than " + IndexHead.MOST_SHARDS + " files");
    }
    if (exact && exactMap.put(member, shard) != null) {
      throw new CorruptException(
          file + ": weight_map has " + PythonText.quoteStart(member) + " twice");
    }
  }

  private static void count(long[] tally, String name) {
    tally[0]++;
    tally[1] += SeenNames.hash(name);
  }

  /**
   * Compares all with the head.
   *
   * @throws CorruptException if they do not agree; of the map only if the names are kept
   */
  void check(String file, IndexHead head) {
    if (largest >= head.shards().size()) {
      throw new CorruptException(file + ": a part stands in shard " + largest + ", but there are "
          + head.shards().size());
    }
    for (int i = 0; i <= largest; i++) {
      Shard shard = head.shards().get(i);
      if (ends[i] > shard.size() || bytes[i] > shard.size()) {
        throw new CorruptException(file + ": shard " + shard.file() + " has " + shard.size()
            + " bytes, but parts in it "
            + (ends[i] > shard.size() ? "reach to byte " + ends[i] : "take " + bytes[i]));
      }
    }
    if (total != head.totalSize()) {
      throw new CorruptException(file + ": expected total_size to be " + total
          + ", the bytes of all arrays, found " + head.totalSize());
    }
    checkMap(file, head);
  }

  private void checkMap(String file, IndexHead head) {
    if (exact) {
      exactMembers.forEach((member, shard) -> {
        String wanted = head.shards().get(shard).file();
        String found = exactMap.remove(member);
        if (!wanted.equals(found)) {
          throw new CorruptException(file + ": expected weight_map to say that "
              + PythonText.quoteStart(member) + " is in " + wanted + ", found "
              + (found == null ? "nothing" : PythonText.quoteStart(found)));
        }
      });
      exactMap.keySet().stream().findFirst().ifPresent(member -> {
        throw new CorruptException(file + ": weight_map has " + PythonText.quoteStart(member)
            + ", which is part of no array");
      });
      return;
    }
    Map<String, long[]> rest = new HashMap<>(mapped);
    inShards.forEach((shard, wanted) -> {
      long[] found = rest.remove(head.shards().get(shard).file());
      doubtful |= !Arrays.equals(wanted, found);
    });
    doubtful |= !rest.isEmpty();
  }
}
