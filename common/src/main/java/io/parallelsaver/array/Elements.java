package io.parallelsaver.array;

import java.lang.reflect.Array;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Reads elements of one dtype as Java values. A kind of dtype overrides what it can be read as; all else is refused, with a message
 * that names the accessors it has. Positions are bytes in a buffer, which must be in {@link #order()}.
 */
abstract class Elements {
  /** Bytes converted at a time. */
  private static final int BLOCK = 1 << 16;

  private final DType dtype;
  private final String accessors;

  /**
   * @param accessors what to call instead of an accessor that is refused
   */
  Elements(DType dtype, String accessors) {
    this.dtype = dtype;
    this.accessors = accessors;
  }

  static Elements of(DType dtype, Optional<MlDType> logical) {
    if (logical.isPresent()) {
      return new MlElements(logical.get());
    }
    if (dtype instanceof StructType) {
      return new Elements(dtype, "field(name)") {};
    }
    if (dtype instanceof ScalarType scalar) {
      switch (scalar.kind()) {
        case 'b', 'i', 'u', 'f':
          return new RealElements(scalar);
        case 'c':
          return new ComplexElements(scalar);
        case 'S', 'U':
          return new TextElements(scalar);
        case 'm', 'M':
          return new TimeElements(scalar);
        default:
      }
    }
    return new Elements(dtype, "getBytes() or data()") {};
  }

  String name() {
    return dtype.toString();
  }

  final ByteOrder order() {
    return order(dtype);
  }

  /** The byte order of a dtype's elements, also where they cannot be read as Java values. */
  static ByteOrder order(DType dtype) {
    return dtype instanceof ScalarType scalar ? scalar.order() : ByteOrder.LITTLE_ENDIAN;
  }

  /** Java values that make one element of {@link #values}: 2 for complex numbers. */
  int parts() {
    return 1;
  }

  double doubleAt(ByteBuffer bytes, int at) {
    throw refusal("one real number");
  }

  long longAt(ByteBuffer bytes, int at) {
    throw refusal("an integer");
  }

  BigInteger bigIntegerAt(ByteBuffer bytes, int at) {
    return BigInteger.valueOf(longAt(bytes, at));
  }

  double[] complexAt(ByteBuffer bytes, int at) {
    throw refusal("a complex number");
  }

  /**
   * @param origin where the buffer's first byte stands in the array, for messages
   */
  String stringAt(ByteBuffer bytes, int at, long origin) {
    throw refusal("a string");
  }

  Optional<Instant> instantAt(ByteBuffer bytes, int at) {
    throw refusal("a datetime");
  }

  Optional<Duration> durationAt(ByteBuffer bytes, int at) {
    throw refusal("a timedelta");
  }

  /** All elements in C order. */
  String[] strings(NDArray array) {
    throw refusal("strings");
  }

  /** All elements in C order, as a new array of the Java type closest to the dtype. */
  Object values(NDArray array) {
    throw refusal("a Java array");
  }

  final UnsupportedOperationException refusal(String wanted) {
    return new UnsupportedOperationException(
        "dtype " + name() + " is not read as " + wanted + "; use " + accessors);
  }

  final double[] doubles(NDArray array) {
    double[] out = (double[]) allocate(double.class, array);
    int step = (int) dtype.itemSize();
    forEachBlock(array, (block, first, count) -> {
      for (int i = 0; i < count; i++) {
        out[first + i] = doubleAt(block, i * step);
      }
    });
    return inOrder(array, out);
  }

  final long[] longs(NDArray array) {
    long[] out = (long[]) allocate(long.class, array);
    int step = (int) dtype.itemSize();
    forEachBlock(array, (block, first, count) -> {
      for (int i = 0; i < count; i++) {
        out[first + i] = longAt(block, i * step);
      }
    });
    return inOrder(array, out);
  }

  /** A flat array for all elements; refuses more than Java can have. */
  final Object allocate(Class<?> component, NDArray array) {
    long length = Math.multiplyExact(array.size(), (long) parts());
    if (length > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("array " + array.spec() + " has " + length
          + " values, more than a Java array; read it in parts through data()");
    }
    return Array.newInstance(component, (int) length);
  }

  /** Takes whole elements: the whole content of {@code block}, which is empty if elements have no bytes. */
  interface BlockVisitor {
    /**
     * @param first number of the block's first element, in memory order
     * @param count elements in the block, at least 1
     */
    void visit(ByteBuffer block, int first, int count);
  }

  /** Goes through all elements in memory order, so that the reads stay sequential. */
  final void forEachBlock(NDArray array, BlockVisitor visitor) {
    int itemSize = Math.toIntExact(dtype.itemSize());
    int size = (int) array.size();
    int atOnce = Math.min(size, Math.max(1, BLOCK / Math.max(1, itemSize)));
    ByteBuffer block = ByteBuffer.allocateDirect(atOnce * itemSize);
    for (int first = 0; first < size; first += atOnce) {
      int count = Math.min(atOnce, size - first);
      block.clear().limit(count * itemSize);
      array.data().read((long) first * itemSize, block);
      visitor.visit(block.flip().order(order()), first, count);
    }
  }

  /** Brings elements from memory order, in which they were read, into C order. */
  final <T> T inOrder(NDArray array, T memory) {
    if (!array.spec().fortranOrder() || array.spec().ndim() < 2) {
      return memory;
    }
    int parts = parts();
    int length = Array.getLength(memory);
    @SuppressWarnings("unchecked")
    T out = (T) Array.newInstance(memory.getClass().getComponentType(), length);
    long[] shape = array.shape();
    long[] steps = Strides.steps(array.spec());
    long[] index = new long[shape.length];
    int from = 0;
    for (int to = 0; to < length; to += parts) {
      System.arraycopy(memory, from * parts, out, to, parts);
      int axis = shape.length - 1;
      from += (int) steps[axis];
      while (++index[axis] == shape[axis] && axis > 0) {
        from -= (int) (shape[axis] * steps[axis]);
        index[axis] = 0;
        axis--;
        from += (int) steps[axis];
      }
    }
    return out;
  }
}
