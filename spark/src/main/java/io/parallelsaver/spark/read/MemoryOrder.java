package io.parallelsaver.spark.read;

import io.parallelsaver.array.ArraySpec;

/** Brings the elements of a Fortran-ordered array into C order, in which the bytes of a row stand. */
final class MemoryOrder {
  private MemoryOrder() {}

  /** Whether the bytes stand in C order as they are. */
  static boolean isC(ArraySpec spec) {
    return !spec.fortranOrder() || spec.ndim() < 2;
  }

  /**
   * @param bytes of the whole array in its memory order
   * @return of the whole array in C order; the same array if that is the same
   */
  static byte[] toC(ArraySpec spec, byte[] bytes) {
    if (isC(spec) || bytes.length == 0) {
      return bytes;
    }
    byte[] out = new byte[bytes.length];
    long[] shape = spec.shape();
    int item = Math.toIntExact(spec.dtype().itemSize());
    int[] steps = new int[shape.length];
    int step = item;
    for (int axis = 0; axis < shape.length; axis++) {
      steps[axis] = step;
      step *= (int) shape[axis];
    }
    int last = shape.length - 1;
    long[] index = new long[shape.length];
    int from = 0;
    for (int to = 0; to < out.length; to += item) {
      System.arraycopy(bytes, from, out, to, item);
      int axis = last;
      from += steps[axis];
      while (++index[axis] == shape[axis] && axis > 0) {
        from -= (int) shape[axis] * steps[axis];
        index[axis] = 0;
        axis--;
        from += steps[axis];
      }
    }
    return out;
  }
}
