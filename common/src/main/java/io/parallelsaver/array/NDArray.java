package io.parallelsaver.array;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * An n-dimensional array: dtype, shape, memory order, and bytes that may be on the heap, in NIO buffers or in a file, of any length.
 * Immutable as far as this library goes; the memory it was made from is shared, not copied.
 */
public final class NDArray {
  private final ArraySpec spec;
  private final ArrayData data;

  private NDArray(ArraySpec spec, ArrayData data) {
    this.spec = Objects.requireNonNull(spec);
    this.data = Objects.requireNonNull(data);
    if (spec.byteSize() != data.length()) {
      throw new IllegalArgumentException(
          "array " + spec + " takes " + spec.byteSize() + " bytes, found " + data.length());
    }
  }

  /**
   * @throws IllegalArgumentException if the bytes are more or fewer than the spec takes
   */
  public static NDArray of(ArraySpec spec, ArrayData data) {
    return new NDArray(spec, data);
  }

  /** An array over NIO buffers that hold its bytes one behind the other, in the spec's byte and memory order. */
  public static NDArray of(ArraySpec spec, ByteBuffer... segments) {
    return new NDArray(spec, new BufferData(segments));
  }

  /**
   * What {@code numpy.asarray} does for Java values.
   *
   * @param value an NDArray (returned as it is), a primitive array (1-d), a rectangular nested primitive array (n-d), a number or
   *     boolean (0-d), or a typed NIO buffer (1-d, what remains of it, in its own byte order)
   * @throws IllegalArgumentException if it is anything else, or a nested array is not rectangular
   */
  public static NDArray of(Object value) {
    if (value instanceof NDArray array) {
      return array;
    } else if (value instanceof Object[] nested) {
      return NestedData.array(nested);
    } else if (value instanceof Number || value instanceof Boolean || value instanceof Character) {
      Object single = JavaValues.single(value);
      return new NDArray(
          ArraySpec.of(PrimitiveArray.dtype(single.getClass().getComponentType())),
          new HeapData(single));
    } else if (value instanceof Buffer buffer) {
      return JavaValues.ofBuffer(buffer);
    } else if (value != null && value.getClass().isArray()) {
      HeapData data = new HeapData(value);
      ScalarType dtype = PrimitiveArray.dtype(value.getClass().getComponentType());
      return new NDArray(ArraySpec.of(dtype, data.length() / dtype.itemSize()), data);
    }
    String type = value == null ? "null" : value.getClass().getName();
    throw new IllegalArgumentException("not an array: " + type
        + "; give a primitive or nested array, an NIO buffer, a number or an NDArray");
  }

  /** The same bytes seen with another shape of equal size, in C order; like {@code numpy.reshape} of a C array. */
  public NDArray reshape(long... shape) {
    if (spec.fortranOrder() && spec.ndim() > 1) {
      throw new IllegalArgumentException(
          "a Fortran-ordered array cannot be reshaped without a copy: " + spec);
    }
    return new NDArray(new ArraySpec(spec.dtype(), shape, false), data);
  }

  /** The same bytes declared as another dtype of equal total size, e.g. {@code byte[]} as uint8; like {@code numpy.view}. */
  public NDArray view(DType dtype) {
    if (dtype.itemSize() == spec.dtype().itemSize()) {
      return new NDArray(new ArraySpec(dtype, spec.shape(), spec.fortranOrder()), data);
    }
    if (spec.ndim() != 1 || dtype.itemSize() == 0) {
      throw new IllegalArgumentException(
          "only a 1-d array can be viewed with another item size: " + spec + " as " + dtype);
    }
    return new NDArray(ArraySpec.of(dtype, data.length() / dtype.itemSize()), data);
  }

  /** The same bytes declared as Fortran-ordered: the first axis varies fastest. */
  public NDArray fortranOrder() {
    return new NDArray(new ArraySpec(spec.dtype(), spec.shape(), true), data);
  }

  public ArraySpec spec() {
    return spec;
  }

  public DType dtype() {
    return spec.dtype();
  }

  public long[] shape() {
    return spec.shape();
  }

  /** Number of elements. */
  public long size() {
    return spec.size();
  }

  public ArrayData data() {
    return data;
  }

  /** One element of an integer or boolean array; uint64 above 2^63-1 wraps to negative. */
  public long getLong(long... index) {
    return Elements.of(dtype()).longAt(element(index), 0);
  }

  /** One element of a real numeric array, converted as a Java cast does. */
  public double getDouble(long... index) {
    return Elements.of(dtype()).doubleAt(element(index), 0);
  }

  /** One element of a boolean array; for numbers whether it is not 0. */
  public boolean getBoolean(long... index) {
    return getDouble(index) != 0;
  }

  private ByteBuffer element(long[] index) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(dtype().itemSize()));
    data.read(Strides.of(spec).offset(index), bytes);
    return bytes.flip();
  }

  /** A copy as {@code double[]} in C order, for real numeric dtypes. At most 2^31-1 elements. */
  public double[] toDoubles() {
    return Elements.of(dtype()).doubles(this);
  }

  /** A copy as {@code long[]} in C order, for integer and boolean dtypes. At most 2^31-1 elements. */
  public long[] toLongs() {
    return Elements.of(dtype()).longs(this);
  }

  /**
   * A copy as the Java primitive array that is closest to the dtype, in C order: bool {@code boolean[]}; int8 and uint8 {@code byte[]},
   * 16, 32 and 64 bits {@code short[]}, {@code int[]}, {@code long[]} (unsigned ones with the same bits); float16 and float32 {@code
   * float[]}; float64 {@code double[]}; complex64 {@code float[]} and complex128 {@code double[]} with real and imaginary part in turn.
   * At most 2^31-1 values.
   *
   * @throws UnsupportedOperationException if the dtype is none of these
   */
  public Object toArray() {
    return Elements.of(dtype()).values(this);
  }

  /** As {@link #toArray()}, but nested by shape: {@code double[][]} for two axes; complex values have one axis more, of length 2. */
  public Object toNestedArray() {
    long[] shape = spec.shape();
    return JavaValues.nest(toArray(), shape, Elements.of(dtype()).parts());
  }

  /** The whole array's bytes, in memory order; at most 2^31-1 of them. */
  public ByteBuffer toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(data.length()));
    data.read(0, bytes);
    ByteOrder order =
        dtype() instanceof ScalarType scalar ? scalar.order() : ByteOrder.LITTLE_ENDIAN;
    return bytes.flip().order(order);
  }

  @Override
  public String toString() {
    return "NDArray " + spec;
  }
}
