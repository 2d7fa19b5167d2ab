package io.parallelsaver.array;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The number types of the Python package {@code ml_dtypes}. NumPy does not know them: a {@code .npy} file says only {@code V2} or
 * {@code V1}, so that the type has to be told apart from it, see {@link NDArray#as(MlDType)}. An element of less than 8 bits takes a
 * byte, of which the upper bits have no meaning.
 *
 * <p>Source: the formats' table in {@code ml_dtypes}' README; every bit pattern is compared with {@code ml_dtypes} 0.6.0. Its {@code
 * complex32} and {@code bcomplex32} are not here.
 */
public enum MlDType {
  BFLOAT16(8, 7, 127, Special.IEEE),
  FLOAT8_E3M4(3, 4, 3, Special.IEEE),
  FLOAT8_E4M3(4, 3, 7, Special.IEEE),
  FLOAT8_E4M3B11FNUZ(4, 3, 11, Special.NEGATIVE_ZERO_IS_NAN),
  FLOAT8_E4M3FN(4, 3, 7, Special.LAST_IS_NAN),
  FLOAT8_E4M3FNUZ(4, 3, 8, Special.NEGATIVE_ZERO_IS_NAN),
  FLOAT8_E5M2(5, 2, 15, Special.IEEE),
  FLOAT8_E5M2FNUZ(5, 2, 16, Special.NEGATIVE_ZERO_IS_NAN),
  FLOAT8_E8M0FNU(8, 0, 127, Special.POWERS_OF_TWO),
  FLOAT6_E2M3FN(2, 3, 1, Special.NONE),
  FLOAT6_E3M2FN(3, 2, 3, Special.NONE),
  FLOAT4_E2M1FN(2, 1, 1, Special.NONE),
  INT1(1, true),
  INT2(2, true),
  INT4(4, true),
  UINT1(1, false),
  UINT2(2, false),
  UINT4(4, false);

  /** Which bit patterns are no finite numbers. */
  private enum Special {
    /** The highest exponent is infinity and NaN. */
    IEEE,
    /** NaN is all bits of exponent and mantissa set; no infinity. */
    LAST_IS_NAN,
    /** NaN is the sign bit alone; no infinity. */
    NEGATIVE_ZERO_IS_NAN,
    /** No sign and no zero; NaN is all bits set. */
    POWERS_OF_TWO,
    NONE
  }

  private final int bits;
  private final boolean integer;
  private final boolean signed;
  /** Value of each bit pattern; null for bfloat16. */
  private final float[] values;

  MlDType(int exponentBits, int mantissaBits, int bias, Special special) {
    this.signed = special != Special.POWERS_OF_TWO;
    this.bits = (signed ? 1 : 0) + exponentBits + mantissaBits;
    this.integer = false;
    this.values = bits > 8 ? null : new float[1 << bits];
    for (int pattern = 0; values != null && pattern < values.length; pattern++) {
      values[pattern] = value(pattern, exponentBits, mantissaBits, bias, special);
    }
  }

  MlDType(int bits, boolean signed) {
    this.bits = bits;
    this.integer = true;
    this.signed = signed;
    this.values = new float[1 << bits];
    for (int pattern = 0; pattern < values.length; pattern++) {
      values[pattern] = signed && pattern >= values.length / 2 ? pattern - values.length : pattern;
    }
  }

  private static float value(
      int pattern, int exponentBits, int mantissaBits, int bias, Special special) {
    int mantissa = pattern & (1 << mantissaBits) - 1;
    int exponent = pattern >> mantissaBits & (1 << exponentBits) - 1;
    boolean negative = pattern >> mantissaBits + exponentBits == 1;
    boolean highest = exponent == (1 << exponentBits) - 1;
    float magnitude = exponent == 0
        ? Math.scalb((float) mantissa, 1 - bias - mantissaBits)
        : Math.scalb((float) (mantissa | 1 << mantissaBits), exponent - bias - mantissaBits);
    switch (special) {
      case IEEE:
        if (highest) {
          magnitude = mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        }
        break;
      case LAST_IS_NAN:
        if (highest && mantissa == (1 << mantissaBits) - 1) {
          magnitude = Float.NaN;
        }
        break;
      case NEGATIVE_ZERO_IS_NAN:
        if (negative && exponent == 0 && mantissa == 0) {
          magnitude = Float.NaN;
        }
        break;
      case POWERS_OF_TWO:
        magnitude = highest ? Float.NaN : Math.scalb(1f, exponent - bias);
        break;
      default:
    }
    return negative ? -magnitude : magnitude;
  }

  /** The type of this name, as {@code str(dtype)} has it in Python, e.g. {@code bfloat16}. */
  public static Optional<MlDType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.toString().equals(name)).findFirst();
  }

  /** Bytes of one element. */
  public int itemSize() {
    return bits > 8 ? 2 : 1;
  }

  /** Whether it is one of the integer types. */
  public boolean isInteger() {
    return integer;
  }

  /**
   * The exact value of an element.
   *
   * @param pattern its bits; those above the type's width do not matter
   */
  public float toFloat(int pattern) {
    return values == null
        ? Float.intBitsToFloat(pattern << 16)
        : values[pattern & values.length - 1];
  }

  /** The dtype NumPy writes for it: {@code V2} or {@code V1}. */
  public ScalarType stored() {
    return ScalarType.of('V', itemSize());
  }

  /**
   * What an array of this type is to NumPy.
   *
   * @throws IllegalArgumentException if it cannot hold this type
   */
  public ArraySpec stored(ArraySpec spec) {
    boolean fits = spec.dtype() instanceof ScalarType scalar
        && "Viu".indexOf(scalar.kind()) >= 0
        && scalar.itemSize() == itemSize()
        && scalar.order() == ByteOrder.LITTLE_ENDIAN;
    if (!fits) {
      throw new IllegalArgumentException("array " + spec + " cannot hold " + this
          + ", expected dtype " + stored() + " or little-endian integers of that size");
    }
    return new ArraySpec(stored(), spec.shape(), spec.fortranOrder(), Optional.of(this));
  }

  /** The nearest bfloat16 bits, ties to even; beyond their range infinity. */
  static NDArray bfloat16(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      int bits = Float.floatToRawIntBits(value);
      int rounded = bits + 0x7FFF + (bits >> 16 & 1);
      // A NaN must not be rounded up into -0.0, nor lose all of its fraction.
      bytes.putShort((short) ((Float.isNaN(value) ? bits | 0x400000 : rounded) >> 16));
    }
    return NDArray.of(ArraySpec.of(BFLOAT16.stored(), values.length), bytes.flip());
  }

  /** The Python name, e.g. {@code float8_e4m3fn}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
