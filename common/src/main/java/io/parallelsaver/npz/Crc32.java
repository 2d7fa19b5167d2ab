package io.parallelsaver.npz;

/**
 * Joins CRC-32 values of parts into that of the whole, so that parts of one array can be summed by different processes.
 *
 * <p>A CRC is a remainder modulo the polynomial; appending n zero bytes multiplies it by x^(8n). Bits are reflected: the coefficient
 * of x^0 is the highest bit.
 */
public final class Crc32 {
  private static final int POLYNOMIAL = 0xEDB88320;
  private static final int ONE = 1 << 31;

  /** x^(2^k) modulo the polynomial, for each bit of a length in bytes, which is 8 times as many bits. */
  private static final int[] POWERS = new int[Long.SIZE + 3];

  static {
    POWERS[0] = ONE >>> 1;
    for (int k = 1; k < POWERS.length; k++) {
      POWERS[k] = multiply(POWERS[k - 1], POWERS[k - 1]);
    }
  }

  private Crc32() {}

  /**
   * CRC-32 of two runs of bytes put together.
   *
   * @param first CRC-32 of the first run
   * @param second CRC-32 of the second run
   * @param secondLength bytes of the second run
   */
  public static int combine(int first, int second, long secondLength) {
    int shift = ONE;
    int k = 3;
    for (long rest = secondLength; rest != 0; rest >>>= 1, k++) {
      if ((rest & 1) != 0) {
        shift = multiply(shift, POWERS[k]);
      }
    }
    return multiply(first, shift) ^ second;
  }

  /**
   * CRC-32 of the second of two runs of bytes; the inverse of {@link #combine}.
   *
   * @param first CRC-32 of the first run
   * @param whole CRC-32 of both
   * @param secondLength bytes of the second run
   */
  public static int remove(int first, int whole, long secondLength) {
    return combine(first, whole, secondLength);
  }

  private static int multiply(int a, int b) {
    int product = 0;
    int shifted = b;
    for (int bit = ONE; bit != 0; bit >>>= 1) {
      if ((a & bit) != 0) {
        product ^= shifted;
      }
      shifted = (shifted & 1) != 0 ? shifted >>> 1 ^ POLYNOMIAL : shifted >>> 1;
    }
    return product;
  }
}
