package io.parallelsaver.array;

/**
 * The x87 80-bit extended format: what NumPy's {@code longdouble} is on x86, padded to 12 or 16 bytes. One sign bit, 15 of exponent
 * (bias 16383), 64 of significand with an explicit integer bit.
 */
final class ExtendedFloat {
  /** Exponent of the significand's lowest bit, at a stored exponent of 0. (It is one more for denormals, which are all below double's.) */
  private static final int LOWEST = -16383 - 63;

  private ExtendedFloat() {}

  /**
   * The nearest double, ties to even; beyond its range infinity. What the x87 calls an invalid operand (a stored exponent that is not 0
   * without the integer bit) is NaN, as it is there.
   *
   * @param significand bytes 0 to 7
   * @param top bytes 8 and 9: sign and exponent
   */
  static double toDouble(long significand, short top) {
    int exponent = top & 0x7FFF;
    double magnitude;
    if (exponent != 0 && significand >= 0) {
      magnitude = Double.NaN;
    } else if (exponent == 0x7FFF) {
      magnitude = significand == Long.MIN_VALUE ? Double.POSITIVE_INFINITY : Double.NaN;
    } else {
      magnitude = scaled(significand, exponent + LOWEST);
    }
    return top < 0 ? -magnitude : magnitude;
  }

  /** {@code significand * 2^exponent}, rounded once. */
  private static double scaled(long significand, int exponent) {
    // Bits that do not reach a double's lowest one, 2^-1074.
    int lost = Double.MIN_EXPONENT - 52 - exponent;
    if (lost <= 11) {
      // At least 53 bits stay, so the rounding to 53 is the only one: scaling is exact, or gives
      // infinity.
      return Math.scalb(RealElements.unsigned(significand), exponent);
    }
    if (lost > 64) {
      return 0;
    }
    long kept = lost == 64 ? 0 : significand >>> lost;
    long rest = significand << 64 - lost;
    boolean up = rest < 0 && (rest != Long.MIN_VALUE || (kept & 1) == 1);
    return (kept + (up ? 1 : 0)) * Double.MIN_VALUE;
  }
}
