package io.parallelsaver.npz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class Crc32Test {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());

  static int crc(byte[] bytes, int from, int to) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }

  @Test
  void joinsManyPartsOfALargeArray() {
    Random random = new Random(SEED);
    byte[] bytes = new byte[20 << 20];
    random.nextBytes(bytes);
    int joined = 0;
    for (int at = 0; at < bytes.length; ) {
      int next = Math.min(bytes.length, at + random.nextInt(3 << 20));
      joined = Crc32.combine(joined, crc(bytes, at, next), next - at);
      at = next;
    }
    assertEquals(crc(bytes, 0, bytes.length), joined, "seed " + SEED);
  }

  @Test
  void joinsEmptyParts() {
    byte[] bytes = {1, 2, 3};
    int crc = crc(bytes, 0, 3);
    assertEquals(crc, Crc32.combine(0, crc, 3));
    assertEquals(crc, Crc32.combine(crc, 0, 0));
    assertEquals(0, Crc32.combine(0, 0, 0));
  }

  /** A run of 2^40 zero bytes cannot be summed here, but joined out of two halves again and again. */
  @Test
  void joinsLengthsBeyond32Bits() {
    int zeros = crc(new byte[1 << 20], 0, 1 << 20);
    long length = 1 << 20;
    while (length < 1L << 40) {
      zeros = Crc32.combine(zeros, zeros, length);
      length *= 2;
    }
    int abc = crc(new byte[] {'a', 'b', 'c'}, 0, 3);
    long half = length / 2 + 12345;
    int first = crc(new byte[0], 0, 0);
    for (int bit = 0; bit < 40; bit++) {
      int run = crc(new byte[1], 0, 1);
      for (int i = 0; i < bit; i++) {
        run = Crc32.combine(run, run, 1L << i);
      }
      if ((half >> bit & 1) != 0) {
        first = Crc32.combine(first, run, 1L << bit);
      }
    }
    int second = 0;
    for (long rest = length - half, at = 0; rest != 0; rest >>>= 1, at++) {
      int run = crc(new byte[1], 0, 1);
      for (int i = 0; i < at; i++) {
        run = Crc32.combine(run, run, 1L << i);
      }
      if ((rest & 1) != 0) {
        second = Crc32.combine(second, run, 1L << at);
      }
    }
    assertEquals(zeros, Crc32.combine(first, second, length - half));
    assertEquals(
        Crc32.combine(Crc32.combine(abc, first, half), second, length - half),
        Crc32.combine(abc, zeros, length));
  }
}
