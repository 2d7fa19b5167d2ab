package io.parallelsaver.array;

import java.util.Arrays;
import java.util.Optional;

/** Everything about an array but its bytes. */
public final class ArraySpec {
  private final DType dtype;
  private final long[] shape;
  private final boolean fortranOrder;
  private final Optional<MlDType> logicalType;
  private final long byteSize;

  /**
   * @param dtype element type
   * @param shape extents, outermost first; empty for a 0-d array
   * @param fortranOrder whether the first axis varies fastest in memory; else the last one does (C order)
   * @param logicalType what the elements are where NumPy has no dtype for it and {@code dtype} says only their size
   * @throws IllegalArgumentException if an extent is negative, or NumPy could not address the bytes
   */
  public ArraySpec(DType dtype, long[] shape, boolean fortranOrder, Optional<MlDType> logicalType) {
    this.dtype = dtype;
    this.shape = shape.clone();
    this.fortranOrder = fortranOrder;
    this.logicalType = logicalType;
    this.byteSize = byteSize(dtype, shape);
  }

  /** An array of a dtype that says all. */
  public ArraySpec(DType dtype, long[] shape, boolean fortranOrder) {
    this(dtype, shape, fortranOrder, Optional.empty());
  }

  public static ArraySpec of(DType dtype, long... shape) {
    return new ArraySpec(dtype, shape, false);
  }

  public DType dtype() {
    return dtype;
  }

  /** Extents, outermost first. */
  public long[] shape() {
    return shape.clone();
  }

  public boolean fortranOrder() {
    return fortranOrder;
  }

  /** What the elements are where {@link #dtype} says only their size. */
  public Optional<MlDType> logicalType() {
    return logicalType;
  }

  public int ndim() {
    return shape.length;
  }

  /** The same as NumPy sees it, which knows dtypes only. */
  public ArraySpec withoutLogicalType() {
    return new ArraySpec(dtype, shape, fortranOrder);
  }

  /** The same, with another shape. */
  ArraySpec withShape(long... other) {
    return new ArraySpec(dtype, other, fortranOrder, logicalType);
  }

  /**
   * The same, with another extent of the first axis.
   *
   * @throws IllegalArgumentException if there is no axis
   */
  public ArraySpec withRows(long rows) {
    if (shape.length == 0) {
      throw new IllegalArgumentException("an array without axes has no rows: " + this);
    }
    long[] other = shape.clone();
    other[0] = rows;
    return withShape(other);
  }

  /** Number of elements: the product of the shape, 1 for a 0-d array. */
  public long size() {
    long size = 1;
    for (long extent : shape) {
      size *= extent;
    }
    return size;
  }

  /** Bytes of all elements. */
  public long byteSize() {
    return byteSize;
  }

  /** Refuses what NumPy's {@code intp} cannot address: every extent counts, also beside an extent of 0. */
  private static long byteSize(DType dtype, long[] shape) {
    long product = Math.max(1, dtype.itemSize());
    boolean empty = false;
    try {
      for (long extent : shape) {
        if (extent < 0) {
          throw new IllegalArgumentException("negative extent in shape " + PythonText.tuple(shape));
        }
        empty |= extent == 0;
        product = Math.multiplyExact(product, Math.max(1, extent));
      }
    } catch (ArithmeticException overflow) {
      throw new IllegalArgumentException(
          "array is larger than 2^63-1 bytes: dtype=" + dtype + " shape=" + PythonText.tuple(shape),
          overflow);
    }
    return empty || dtype.itemSize() == 0 ? 0 : product;
  }

  /** {@code C} or {@code F}. */
  public char order() {
    return fortranOrder ? 'F' : 'C';
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ArraySpec that
        && dtype.equals(that.dtype)
        && Arrays.equals(shape, that.shape)
        && fortranOrder == that.fortranOrder
        && logicalType.equals(that.logicalType);
  }

  @Override
  public int hashCode() {
    return 31 * dtype.hashCode() + Arrays.hashCode(shape);
  }

  @Override
  public String toString() {
    String logical = logicalType.map(type -> " as " + type).orElse("");
    return dtype + " " + PythonText.tuple(shape) + " " + order() + logical;
  }
}
