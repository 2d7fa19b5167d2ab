package io.parallelsaver.array;

import java.util.Arrays;
import java.util.Objects;

/** Where an element stands in memory. */
final class Strides {
  private Strides() {}

  /** Elements from one index to the next along each axis. */
  static long[] steps(ArraySpec spec) {
    long[] shape = spec.shape();
    long[] steps = new long[shape.length];
    long step = 1;
    for (int i = 0; i < shape.length; i++) {
      int axis = spec.fortranOrder() ? i : shape.length - 1 - i;
      steps[axis] = step;
      step *= shape[axis];
    }
    return steps;
  }

  /**
   * Byte offset of an element.
   *
   * @throws IndexOutOfBoundsException if an index is outside its axis
   */
  static long offset(ArraySpec spec, long... index) {
    long[] shape = spec.shape();
    if (index.length != shape.length) {
      throw new IndexOutOfBoundsException("expected " + shape.length + " indices for shape "
          + PythonText.tuple(shape) + ", found " + Arrays.toString(index));
    }
    long[] steps = steps(spec);
    long element = 0;
    for (int axis = 0; axis < index.length; axis++) {
      element += Objects.checkIndex(index[axis], shape[axis]) * steps[axis];
    }
    return element * spec.dtype().itemSize();
  }
}
