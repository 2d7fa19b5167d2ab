package io.parallelsaver.restore;

import io.parallelsaver.npz.Crc32;

/** CRC-32 of one array's parts as they come in. */
final class PartSums {
  private final int[] crcs;
  private final long[] lengths;
  private int missing;

  PartSums(int count) {
    crcs = new int[count];
    lengths = new long[count];
    missing = count;
  }

  /** True when this was the last part. */
  boolean add(int index, int crc, long length) {
    crcs[index] = crc;
    lengths[index] = length;
    return --missing == 0;
  }

  int whole() {
    int crc = crcs[0];
    for (int i = 1; i < crcs.length; i++) {
      crc = Crc32.combine(crc, crcs[i], lengths[i]);
    }
    return crc;
  }
}
