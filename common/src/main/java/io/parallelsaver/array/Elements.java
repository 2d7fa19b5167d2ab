package io.parallelsaver.array;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;

/** Reads elements of one numeric dtype as Java values. */
final class Elements {
  /** Bytes converted at a time. */
  private static final int BLOCK = 1 << 16;

  private final ScalarType dtype;

  private Elements(ScalarType dtype) {
    this.dtype = dtype;
  }

  /**
   * @throws UnsupportedOperationException if the dtype has no numeric Java counterpart
   */
  static Elements of(DType dtype) {
    if (dtype instanceof ScalarType scalar
        && "biufc".indexOf(scalar.kind()) >= 0
        && scalar.wordSize() <= 8) {
      return new Elements(scalar);
    }
    throw new UnsupportedOperationException(
        "dtype " + dtype + " has no Java number; take its bytes with data()");
  }

  /** Values that make one element: 2 for complex numbers. */
  int parts() {
    return dtype.kind() == 'c' ? 2 : 1;
  }

  /** The Java type closest to the dtype. */
  Class<?> natural() {
    return switch (dtype.kind()) {
      case 'b' -> boolean.class;
      case 'f', 'c' -> dtype.wordSize() == 8 ? double.class : float.class;
      default ->
        switch (dtype.wordSize()) {
          case 1 -> byte.class;
          case 2 -> short.class;
          case 4 -> int.class;
          default -> long.class;
        };
    };
  }

  /** The word at a byte position of {@code bytes}, which must be in the dtype's order. */
  private double doubleWord(ByteBuffer bytes, int at) {
    if (dtype.kind() == 'f' || dtype.kind() == 'c') {
      return switch (dtype.wordSize()) {
        case 2 -> Float16.toFloat(bytes.getShort(at));
        case 4 -> bytes.getFloat(at);
        default -> bytes.getDouble(at);
      };
    }
    long value = longWord(bytes, at);
    boolean beyond = dtype.kind() == 'u' && value < 0;
    return beyond ? (value >>> 1 | value & 1) * 2.0 : value;
  }

  private long longWord(ByteBuffer bytes, int at) {
    boolean signed = dtype.kind() == 'i';
    return switch (dtype.wordSize()) {
      case 1 -> signed ? bytes.get(at) : bytes.get(at) & 0xFF;
      case 2 -> signed ? bytes.getShort(at) : bytes.getShort(at) & 0xFFFF;
      case 4 -> signed ? bytes.getInt(at) : bytes.getInt(at) & 0xFFFFFFFFL;
      default -> bytes.getLong(at);
    };
  }

  double doubleAt(ByteBuffer bytes, int at) {
    if (dtype.kind() == 'c') {
      throw new UnsupportedOperationException("a complex element is two numbers; use toArray()");
    }
    return doubleWord(bytes.order(dtype.order()), at);
  }

  long longAt(ByteBuffer bytes, int at) {
    if (dtype.kind() == 'f' || dtype.kind() == 'c') {
      throw new UnsupportedOperationException("dtype " + dtype + " is no integer; use getDouble()");
    }
    return longWord(bytes.order(dtype.order()), at);
  }

  /** All elements in C order. */
  double[] doubles(NDArray array) {
    if (dtype.kind() == 'c') {
      throw new UnsupportedOperationException("a complex element is two numbers; use toArray()");
    }
    return (double[]) copy(array, double.class);
  }

  /** All elements in C order. */
  long[] longs(NDArray array) {
    if (dtype.kind() == 'f' || dtype.kind() == 'c') {
      throw new UnsupportedOperationException("dtype " + dtype + " is no integer; use toDoubles()");
    }
    return (long[]) copy(array, long.class);
  }

  /** All elements in C order as a new array of the Java type closest to the dtype; a complex one as two values. */
  Object values(NDArray array) {
    return copy(array, natural());
  }

  private Object copy(NDArray array, Class<?> component) {
    Object out = PrimitiveArray.allocate(component, Math.multiplyExact(array.size(), parts()));
    if (array.spec().fortranOrder() && array.spec().ndim() > 1) {
      copyFortran(array, out);
    } else {
      copyFlat(array.data(), out);
    }
    return out;
  }

  private void copyFlat(ArrayData data, Object out) {
    int word = dtype.wordSize();
    boolean same =
        out.getClass().getComponentType() == natural() && !(dtype.kind() == 'f' && word == 2);
    ByteBuffer block = ByteBuffer.allocateDirect((int) Math.min(BLOCK, data.length()));
    int index = 0;
    for (long at = 0; at < data.length(); at += block.limit()) {
      block.clear().limit((int) Math.min(block.capacity(), data.length() - at));
      data.read(at, block);
      block.flip().order(dtype.order());
      int words = block.limit() / word;
      if (same) {
        PrimitiveArray.write(out, index, words, block);
      } else {
        for (int i = 0; i < words; i++) {
          put(out, index + i, block, i * word);
        }
      }
      index += words;
    }
  }

  private void put(Object out, int index, ByteBuffer block, int at) {
    if (out instanceof double[] values) {
      values[index] = doubleWord(block, at);
    } else if (out instanceof long[] values) {
      values[index] = longWord(block, at);
    } else if (out instanceof float[] values) {
      values[index] = (float) doubleWord(block, at);
    } else {
      throw new IllegalStateException(
          "no conversion from " + dtype + " to " + out.getClass().getComponentType());
    }
  }

  /** Copies in memory order, then reorders: the reads stay sequential. */
  private void copyFortran(NDArray array, Object out) {
    Object memory = Array.newInstance(out.getClass().getComponentType(), Array.getLength(out));
    copyFlat(array.data(), memory);
    long[] shape = array.shape();
    int parts = parts();
    long[] index = new long[shape.length];
    Strides strides = Strides.of(array.spec());
    int total = Array.getLength(out) / parts;
    for (int i = 0; i < total; i++) {
      long from = strides.offset(index) / dtype.itemSize() * parts;
      System.arraycopy(memory, (int) from, out, i * parts, parts);
      for (int axis = shape.length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--) {
        index[axis] = 0;
      }
    }
  }
}
