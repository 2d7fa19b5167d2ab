package io.parallelsaver.npz;

import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;

/** Finds entries by name in constant time, at 16 bytes each: an open hash table of indices, which keeps no names itself. */
final class NameTable {
  private static final int FREE = -1;

  private final IntFunction<String> names;
  private final int[] slots;

  /** Of each slot's name: a name is made, which takes long, only where they agree. */
  private final int[] hashes;

  /** Another one each time: names that are made to collide would make each look as long as the table. */
  private final int seed = ThreadLocalRandom.current().nextInt();

  private final BitSet hidden = new BitSet();

  /**
   * @param names the name at an index that was added
   */
  NameTable(int capacity, IntFunction<String> names) {
    this.names = names;
    this.slots = new int[Math.max(2, Integer.highestOneBit(Math.max(1, capacity)) * 4)];
    this.hashes = new int[slots.length];
    Arrays.fill(slots, FREE);
  }

  /** Adds an entry; one of the same name that was added before is hidden by it. */
  void add(int index, String name) {
    int slot = slot(name);
    if (slots[slot] != FREE) {
      hidden.set(slots[slot]);
    }
    slots[slot] = index;
    hashes[slot] = hash(name);
  }

  /** Index of the last entry that was added with this name, or -1. */
  int indexOf(String name) {
    return slots[slot(name)];
  }

  boolean hidden(int index) {
    return hidden.get(index);
  }

  /** Mixes each character into what was before it, in a way that the seed changes and nobody can foresee. */
  private int hash(String name) {
    long hash = seed;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 32;
    }
    return (int) hash;
  }

  private int slot(String name) {
    int hash = hash(name);
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (slots[slot] != FREE
        && !(hashes[slot] == hash && names.apply(slots[slot]).equals(name))) {
      slot = slot + 1 & mask;
    }
    return slot;
  }
}
