package io.parallelsaver.shards;

/**
 * Names that were seen, by 64 bits of each: a million of them take 16 MB. Two in a million names are taken for one once in forty million
 * times, so whoever finds a name twice looks again.
 */
final class SeenNames {
  private static final long MIX = 0x9E3779B97F4A7C15L;

  private long[] slots = new long[1 << 10];
  private int count;

  /** 64 bits of a text, each of which depends on all of it. */
  static long hash(String text) {
    long hash = text.length();
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * MIX;
      hash ^= hash >>> 29;
    }
    hash = (hash ^ hash >>> 32) * MIX;
    return hash ^ hash >>> 31;
  }

  /** False if one of the same 64 bits was there. */
  boolean add(String name) {
    if (count * 2L >= slots.length) {
      grow();
    }
    // 0 marks a free slot.
    return put(slots, Math.max(1, hash(name) & Long.MAX_VALUE)) && ++count > 0;
  }

  private void grow() {
    long[] larger = new long[slots.length * 2];
    for (long each : slots) {
      if (each != 0) {
        put(larger, each);
      }
    }
    slots = larger;
  }

  private static boolean put(long[] slots, long hash) {
    int at = (int) hash & slots.length - 1;
    while (slots[at] != 0) {
      if (slots[at] == hash) {
        return false;
      }
      at = at + 1 & slots.length - 1;
    }
    slots[at] = hash;
    return true;
  }
}
