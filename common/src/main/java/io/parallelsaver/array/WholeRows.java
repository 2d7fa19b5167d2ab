package io.parallelsaver.array;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The rows that are all there of an array that is cut off: parts along the axis that varies slowest in memory, the first in C order, the
 * last in Fortran order.
 *
 * @param array these rows alone, where they stand
 * @param count how many they are, at least one
 * @param of how many the whole array has
 */
public record WholeRows(NDArray array, long count, long of) {
  /**
   * The rows of an array of which only the first bytes are there; empty if not one row is.
   *
   * @param file where they stand
   * @param offset of the array's first byte
   * @param bytes how many there are; fewer than the array has
   */
  public static Optional<WholeRows> of(ArraySpec whole, Path file, long offset, long bytes) {
    if (whole.ndim() == 0) {
      return Optional.empty();
    }
    long[] shape = whole.shape();
    int axis = whole.fortranOrder() ? shape.length - 1 : 0;
    long all = shape[axis];
    long count = Math.max(0, bytes) / (whole.byteSize() / all);
    if (count == 0) {
      return Optional.empty();
    }
    shape[axis] = count;
    ArraySpec spec = new ArraySpec(whole.dtype(), shape, whole.fortranOrder(), whole.logicalType());
    NDArray rows = NDArray.of(spec, new FileData(new Region(file, offset, spec.byteSize())));
    return Optional.of(new WholeRows(rows, count, all));
  }

  /** The key they go by: the array's, and which part of it they are as NumPy takes it, {@code [:12]} or {@code [..., :12]}. */
  public String key(String whole) {
    ArraySpec spec = array.spec();
    return whole + (spec.fortranOrder() && spec.ndim() > 1 ? "[..., :" : "[:") + count + "]";
  }

  @Override
  public String toString() {
    return count + " of its " + of + " rows";
  }
}
