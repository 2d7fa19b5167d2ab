package io.parallelsaver.npz;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntFunction;

/** Finds entries by name in constant time, at 16 bytes each: an open hash table of indices, which keeps no names itself. */
final class NameTable {
  private static final int FREE = -1;

  private final IntFunction<String> names;
  private final int[] slots;

  /** Of each slot's name: a name is made, which takes long, only where they agree. */
  private final int[] hashes;

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
    hashes[slot] = name.hashCode();
  }

  /** Index of the last entry that was added with this name, or -1. */
  int indexOf(String name) {
    return slots[slot(name)];
  }

  boolean hidden(int index) {
    return hidden.get(index);
  }

  private int slot(String name) {
    int hash = name.hashCode();
    int mask = slots.length - 1;
    int slot = hash * 0x9E3779B9 >>> 7 & mask;
    while (slots[slot] != FREE
        && !(hashes[slot] == hash && names.apply(slots[slot]).equals(name))) {
      slot = slot + 1 & mask;
    }
    return slot;
  }
}
