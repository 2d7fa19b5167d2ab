package io.parallelsaver.array;

import java.util.Arrays;

/**
 * A fixed-size array inside a field of a {@link StructType}.
 *
 * @param base element type
 * @param dims extents, outermost first, in C order
 */
public record SubarrayType(DType base, int[] dims) implements DType {
  public SubarrayType {
    dims = dims.clone();
    long size = base.itemSize();
    for (int dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException(
            "negative extent in sub-array shape " + Arrays.toString(dims));
      }
      size = Math.multiplyExact(size, dim);
    }
  }

  @Override
  public int[] dims() {
    return dims.clone();
  }

  @Override
  public long itemSize() {
    long size = base.itemSize();
    for (int dim : dims) {
      size *= dim;
    }
    return size;
  }

  /** As it stands inside another sub-array; a field's tuple takes both parts up into itself. */
  @Override
  public String descr() {
    return "(" + base.descr() + ", " + PythonText.tuple(dims) + ")";
  }

  @Override
  public boolean hasObject() {
    return base.hasObject();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SubarrayType that
        && base.equals(that.base)
        && Arrays.equals(dims, that.dims);
  }

  @Override
  public int hashCode() {
    return 31 * base.hashCode() + Arrays.hashCode(dims);
  }

  @Override
  public String toString() {
    return base + Arrays.toString(dims);
  }
}
