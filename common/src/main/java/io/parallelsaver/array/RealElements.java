package io.parallelsaver.array;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Booleans, integers and floats, of NumPy's {@code longdouble} too. */
final class RealElements extends Elements {
  private final char kind;
  private final int size;

  /**
   * @throws UnsupportedOperationException if NumPy has no such type, or it is a {@code longdouble} of unknown layout
   */
  RealElements(ScalarType dtype) {
    super(dtype, accessors(dtype));
    this.kind = dtype.kind();
    this.size = (int) dtype.itemSize();
    boolean known =
        switch (size) {
          case 1 -> kind != 'f';
          case 2, 4, 8 -> kind != 'b';
          case 12, 16 -> kind == 'f' && dtype.order() == ByteOrder.LITTLE_ENDIAN;
          default -> false;
        };
    if (!known) {
      throw new UnsupportedOperationException(
          "dtype " + dtype + " has no known layout as a Java number; use getBytes() or data()");
    }
  }

  private static String accessors(ScalarType dtype) {
    if (dtype.kind() == 'f') {
      return dtype.itemSize() > 8
          ? "getDouble(), toDoubles() or data()"
          : "getDouble() or toDoubles()";
    }
    return "getLong(), getDouble(), toLongs() or toDoubles()";
  }

  @Override
  double doubleAt(ByteBuffer bytes, int at) {
    if (kind != 'f') {
      long value = word(bytes, at);
      return kind == 'u' ? unsigned(value) : value;
    }
    return switch (size) {
      case 2 -> Float16.toFloat(bytes.getShort(at));
      case 4 -> bytes.getFloat(at);
      case 8 -> bytes.getDouble(at);
      default -> ExtendedFloat.toDouble(bytes.getLong(at), bytes.getShort(at + 8));
    };
  }

  /** The nearest double to an unsigned 64-bit integer, ties to even. The bit shifted out stays as a sticky one. */
  static double unsigned(long value) {
    return value < 0 ? (value >>> 1 | value & 1) * 2.0 : value;
  }

  @Override
  long longAt(ByteBuffer bytes, int at) {
    if (kind == 'f') {
      throw refusal("an integer");
    }
    return word(bytes, at);
  }

  @Override
  BigInteger bigIntegerAt(ByteBuffer bytes, int at) {
    long value = longAt(bytes, at);
    return kind == 'u' ? new BigInteger(Long.toUnsignedString(value)) : BigInteger.valueOf(value);
  }

  private long word(ByteBuffer bytes, int at) {
    boolean signed = kind == 'i';
    return switch (size) {
      case 1 -> signed ? bytes.get(at) : bytes.get(at) & 0xFF;
      case 2 -> signed ? bytes.getShort(at) : bytes.getShort(at) & 0xFFFF;
      case 4 -> signed ? bytes.getInt(at) : bytes.getInt(at) & 0xFFFFFFFFL;
      default -> bytes.getLong(at);
    };
  }

  @Override
  Object values(NDArray array) {
    if (kind == 'f' && size == 2) {
      float[] out = (float[]) allocate(float.class, array);
      forEachBlock(array, (block, first, count) -> {
        for (int i = 0; i < count; i++) {
          out[first + i] = Float16.toFloat(block.getShort(2 * i));
        }
      });
      return inOrder(array, out);
    }
    if (size > 8) {
      throw refusal("a Java array of its own type");
    }
    Object out = allocate(
        kind == 'b' ? boolean.class : PrimitiveArray.component((ScalarType) array.dtype()), array);
    forEachBlock(array, (block, first, count) -> PrimitiveArray.write(out, first, count, block));
    return inOrder(array, out);
  }
}
