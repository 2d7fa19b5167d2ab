package io.parallelsaver.array;

import java.nio.ByteOrder;

/** IEEE 754 binary16, which Java reads by itself only from version 20 on. */
final class Float16 {
  private Float16() {}

  static NDArray array(float[] values) {
    short[] bits = new short[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = fromFloat(values[i]);
    }
    return NDArray.of(bits).view(ScalarType.of('f', 2).withOrder(ByteOrder.nativeOrder()));
  }

  /** The exact value; NaN keeps its payload's upper bits. */
  static float toFloat(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = bits >> 10 & 0x1F;
    int fraction = bits & 0x3FF;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wide = exponent == 0x1F ? 0xFF : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
  }

  /** The nearest value, ties to even; beyond 65504 infinity. */
  static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    int magnitude = bits & 0x7FFFFFFF;
    if (magnitude >= 0x7F800000) {
      int nan = magnitude > 0x7F800000 ? 0x200 | magnitude >> 13 & 0x3FF : 0;
      return (short) (sign | 0x7C00 | nan);
    }
    if (magnitude < 0x38800000) {
      return (short) (sign | (int) Math.rint(Math.abs((double) value) * 0x1p24));
    }
    int rounded = magnitude + 0xFFF + (magnitude >> 13 & 1) - (112 << 23) >> 13;
    return (short) (sign | Math.min(rounded, 0x7C00));
  }
}
