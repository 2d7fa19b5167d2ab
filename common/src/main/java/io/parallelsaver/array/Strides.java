package io.parallelsaver.array;

import java.util.Arrays;
import java.util.Objects;

/** Where an element stands: bytes from one index to the next along each axis. */
record Strides(long[] shape, long[] bytes) {
  static Strides of(ArraySpec spec) {
    long[] shape = spec.shape();
    long[] bytes = new long[shape.length];
    long step = spec.dtype().itemSize();
    for (int i = 0; i < shape.length; i++) {
      int axis = spec.fortranOrder() ? i : shape.length - 1 - i;
      bytes[axis] = step;
      step *= shape[axis];
    }
    return new Strides(shape, bytes);
  }

  /**
   * Byte offset of an element.
   *
   * @throws IndexOutOfBoundsException if an index is outside its axis
   */
  long offset(long... index) {
    if (index.length != shape.length) {
      throw new IndexOutOfBoundsException(
          "expected " + shape.length + " indices, found " + Arrays.toString(index));
    }
    long offset = 0;
    for (int axis = 0; axis < index.length; axis++) {
      offset += Objects.checkIndex(index[axis], shape[axis]) * bytes[axis];
    }
    return offset;
  }
}
