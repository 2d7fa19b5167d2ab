package io.parallelsaver.array;

import java.math.BigInteger;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

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
   * @param value an NDArray (returned as it is), an array of primitives or strings (1-d), a rectangular nested one (n-d), a number,
   *     boolean or string (0-d), or a typed NIO buffer (1-d, what remains of it, in its own byte order). Strings make dtype {@code U} of
   *     the longest one's length.
   * @throws IllegalArgumentException if it is anything else, a nested array is not rectangular, or a string is null or has a lone
   *     surrogate
   */
  public static NDArray of(Object value) {
    if (value instanceof NDArray array) {
      return array;
    } else if (value instanceof Object[] nested) {
      return NestedData.array(nested);
    } else if (value instanceof String text) {
      return TextData.unicode(new String[] {text});
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
    throw new IllegalArgumentException(
        "not an array: " + type
            + "; give a primitive, String or nested array, an NIO buffer, a number, a String or an NDArray");
  }

  /** A 1-d array of byte strings, dtype {@code S} of the longest one's length. NULs at the end of one are lost, as in NumPy. */
  public static NDArray ofBytes(byte[]... values) {
    return TextData.bytes(values);
  }

  /** A 1-d float16 array of the nearest values, ties to even; beyond 65504 infinity. */
  public static NDArray float16(float... values) {
    return Float16.array(values);
  }

  /** A 1-d array of bfloat16, as {@link #as} has it, of the nearest values, ties to even. */
  public static NDArray bfloat16(float... values) {
    return MlDType.bfloat16(values).as(MlDType.BFLOAT16);
  }

  /**
   * A 1-d datetime64 array.
   *
   * @param unit NumPy's letters, after a number where a step is several of them: {@code ms}, {@code 25us}, {@code D}
   * @param values null for NaT
   * @throws ArithmeticException if a value is no whole number of steps of the unit, or outside 64 bits of them
   */
  public static NDArray ofInstants(String unit, Instant... values) {
    TimeStep step = TimeStep.parse(unit);
    return step.array('M', values, step::count);
  }

  /** A 1-d timedelta64 array; everything else as for {@link #ofInstants}. Units of years and months are refused. */
  public static NDArray ofDurations(String unit, Duration... values) {
    TimeStep step = TimeStep.parse(unit);
    return step.array('m', values, step::count);
  }

  /**
   * A structured array out of one array for each field, of equal shape and memory order; the fields stand without padding. Nothing is
   * copied until the array is read.
   *
   * @param fields by name, in the map's order
   */
  public static NDArray ofFields(Map<String, NDArray> fields) {
    return InterleavedData.array(fields);
  }

  /** The same bytes seen with another shape of equal size, in C order; like {@code numpy.reshape} of a C array. */
  public NDArray reshape(long... shape) {
    if (spec.fortranOrder() && spec.ndim() > 1) {
      throw new IllegalArgumentException(
          "a Fortran-ordered array cannot be reshaped without a copy: " + spec);
    }
    return new NDArray(new ArraySpec(spec.dtype(), shape, false, spec.logicalType()), data);
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
    return new NDArray(new ArraySpec(spec.dtype(), spec.shape(), true, spec.logicalType()), data);
  }

  /**
   * The same bytes known to be a type that NumPy has not. Accessors then give numbers; the dtype stays {@code V2} or {@code V1}, and
   * so it is for {@code np.load}: a file says more only in a comment of its header.
   *
   * @throws IllegalArgumentException if the array is not of void or little-endian integers of the type's size
   */
  public NDArray as(MlDType type) {
    return new NDArray(type.stored(spec), data);
  }

  /**
   * One field of a structured array, without a copy: an array of the field's dtype and the same shape, to which a sub-array adds its
   * axes. Memory order stays.
   *
   * @param name the field's name or title
   * @throws IllegalArgumentException if there is no such field
   */
  public NDArray field(String name) {
    if (dtype() instanceof StructType struct) {
      return struct.view(this, name);
    }
    throw new IllegalArgumentException(
        "no field " + PythonText.quote(name) + ": array " + spec + " is not structured");
  }

  /**
   * The elements {@code from} to {@code to - 1} along the first axis, without a copy and without a look at the others; like {@code
   * a[from:to]} in NumPy.
   *
   * @throws IndexOutOfBoundsException if the range is not within the axis
   * @throws IllegalArgumentException if the array has no axis
   */
  public NDArray slice(long from, long to) {
    long[] shape = spec.shape();
    if (shape.length == 0) {
      throw new IllegalArgumentException("an array without axes has no slices: " + spec);
    }
    Objects.checkFromToIndex(from, to, shape[0]);
    long extent = shape[0];
    shape[0] = to - from;
    ArraySpec part = spec.withShape(shape);
    if (part.byteSize() == 0) {
      return new NDArray(part, new BufferData());
    }
    if (spec.fortranOrder() && shape.length > 1) {
      return new NDArray(part, FieldData.rows(this, extent, from, to));
    }
    long row = spec.byteSize() / extent;
    return new NDArray(part, data.slice(from * row, (to - from) * row));
  }

  /**
   * The array's bytes where they are, without a copy: read-only, in the dtype's byte order, in memory order. For restored views and
   * for what stands uncompressed in a file that has been opened.
   *
   * @throws UnsupportedOperationException if they are not in one piece of memory outside the heap; {@link #data()} reads any array
   */
  public ByteBuffer buffer() {
    List<ByteBuffer> pieces = data.buffers();
    if (pieces.size() > 1 || pieces.isEmpty() && data.length() > 0) {
      throw new UnsupportedOperationException("array " + spec + " is "
          + (pieces.isEmpty()
              ? "not in mapped memory"
              : "in " + pieces.size() + " pieces of memory")
          + "; read it with data(), or a part of it with slice()");
    }
    ByteBuffer bytes = pieces.isEmpty() ? ByteBuffer.allocate(0) : pieces.get(0);
    return bytes.slice().asReadOnlyBuffer().order(Elements.order(dtype()));
  }

  /** Names of the fields of a structured array; empty for any other. */
  public List<String> fields() {
    return dtype() instanceof StructType struct ? struct.names() : List.of();
  }

  /** The type that {@link #as} gave or the file said, kept by reshaping. */
  public Optional<MlDType> logicalType() {
    return spec.logicalType();
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

  private Elements elements() {
    return Elements.of(dtype(), spec.logicalType());
  }

  private ByteBuffer element(long[] index) {
    return ByteBuffer.wrap(getBytes(index)).order(elements().order());
  }

  /** The bytes of one element of any dtype, as they stand, the NULs after a string included. */
  public byte[] getBytes(long... index) {
    byte[] bytes = new byte[Math.toIntExact(dtype().itemSize())];
    data.read(Strides.offset(spec, index), ByteBuffer.wrap(bytes));
    return bytes;
  }

  /**
   * One element of an integer or boolean array, or the number of steps of a datetime or timedelta, {@code Long.MIN_VALUE} for NaT.
   * Exact but for uint64 above 2^63-1, which wraps to negative; see {@link #getBigInteger} and {@code Long.toUnsignedString}.
   */
  public long getLong(long... index) {
    return elements().longAt(element(index), 0);
  }

  /** One element of an integer or boolean array, exactly; uint64 too. */
  public BigInteger getBigInteger(long... index) {
    return elements().bigIntegerAt(element(index), 0);
  }

  /**
   * One element of a real numeric array: the nearest double, ties to even; exact for all but int64, uint64 and longdouble. A longdouble
   * is read as x86 writes it, which is the only layout known: little-endian 80-bit extended.
   */
  public double getDouble(long... index) {
    return elements().doubleAt(element(index), 0);
  }

  /** One element of a boolean array; for numbers whether it is not 0. */
  public boolean getBoolean(long... index) {
    return getDouble(index) != 0;
  }

  /** Real and imaginary part of one element of a complex array, each as for {@link #getDouble}. */
  public double[] getComplex(long... index) {
    return elements().complexAt(element(index), 0);
  }

  /**
   * One element of a string array, without the NULs at its end, as in NumPy. Dtype {@code S} is bytes, which are taken as Latin-1: each
   * char is one byte; {@link #getBytes} gives the bytes themselves.
   *
   * @throws IllegalStateException if dtype {@code U} holds what is no Unicode character; the message gives where and what
   */
  public String getString(long... index) {
    return elements().stringAt(element(index), 0, Strides.offset(spec, index));
  }

  /**
   * One element of a datetime64 array, in UTC; empty for NaT. For units of years and months the start of it.
   *
   * @throws ArithmeticException if {@code Instant} has no such time: outside its range, or finer than nanoseconds
   * @throws UnsupportedOperationException if the dtype has no unit, unless the element is NaT
   */
  public Optional<Instant> getInstant(long... index) {
    return elements().instantAt(element(index), 0);
  }

  /** One element of a timedelta64 array; errors as for {@link #getInstant}. Units of years and months are refused as well. */
  public Optional<Duration> getDuration(long... index) {
    return elements().durationAt(element(index), 0);
  }

  /** A copy as {@code double[]} in C order, of real numeric dtypes, each element as for {@link #getDouble}. At most 2^31-9 elements. */
  public double[] toDoubles() {
    return elements().doubles(this);
  }

  /** A copy as {@code long[]} in C order, of the dtypes {@link #getLong} reads. At most 2^31-9 elements. */
  public long[] toLongs() {
    return elements().longs(this);
  }

  /** A copy as {@code String[]} in C order, each element as for {@link #getString}. At most 2^31-9 elements. */
  public String[] toStrings() {
    return elements().strings(this);
  }

  /**
   * A copy as the Java array that is closest to the dtype, in C order: bool {@code boolean[]}; int8 and uint8 {@code byte[]}, 16, 32 and
   * 64 bits {@code short[]}, {@code int[]}, {@code long[]} (unsigned ones with the same bits); float16 and float32 {@code float[]};
   * float64 {@code double[]}; complex64 {@code float[]} and complex128 {@code double[]} with real and imaginary part in turn; datetime64
   * and timedelta64 {@code long[]}; {@code S} and {@code U} {@code String[]}; an {@link MlDType} {@code float[]} or {@code byte[]}. At
   * most 2^31-9 values.
   *
   * @throws UnsupportedOperationException if the dtype is none of these; the message names what reads it
   */
  public Object toArray() {
    return elements().values(this);
  }

  /** As {@link #toArray()}, but nested by shape: {@code double[][]} for two axes; complex values have one axis more, of length 2. */
  public Object toNestedArray() {
    return JavaValues.nest(toArray(), spec.shape(), elements().parts());
  }

  /** The whole array's bytes, in memory order; at most 2^31-1 of them. */
  public ByteBuffer toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(data.length()));
    data.read(0, bytes);
    return bytes.flip().order(Elements.order(dtype()));
  }

  /** Whether the other has an equal spec and logical type, and the same bytes: NaN equals itself, 0.0 is not -0.0. */
  public boolean contentEquals(NDArray other) {
    return spec.equals(other.spec) && data.contentEquals(other.data);
  }

  @Override
  public String toString() {
    return "NDArray " + spec;
  }
}
