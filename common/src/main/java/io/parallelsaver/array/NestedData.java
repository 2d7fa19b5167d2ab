package io.parallelsaver.array;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/** The bytes of a rectangular nested Java array such as {@code double[][]}, in C order, read row by row where they are. */
final class NestedData implements ArrayData {
  private final Object[] outer;
  private final long[] shape;
  private final long rowBytes;

  private NestedData(Object[] outer, long[] shape, long rowBytes) {
    this.outer = outer;
    this.shape = shape;
    this.rowBytes = rowBytes;
  }

  /**
   * @param outer nested arrays of a primitive type or of strings; strings are made into an array of dtype {@code U}
   * @throws IllegalArgumentException if two rows differ in length or one is null; the message gives its index
   */
  static NDArray array(Object[] outer) {
    Class<?> component = outer.getClass();
    int ndim = 0;
    while (component.isArray()) {
      component = component.getComponentType();
      ndim++;
    }
    if (!component.isPrimitive() && component != String.class) {
      throw new IllegalArgumentException(
          "not an array of numbers or strings: " + outer.getClass().getTypeName());
    }
    long[] shape = new long[ndim];
    Object probe = outer;
    for (int axis = 0; axis < ndim && probe != null; axis++) {
      shape[axis] = Array.getLength(probe);
      probe = shape[axis] > 0 && axis < ndim - 1 ? Array.get(probe, 0) : null;
    }
    checkRectangular(outer, shape, 0, "");
    if (component == String.class) {
      Object[] strings = outer;
      for (int axis = 1; axis < ndim; axis++) {
        strings =
            Arrays.stream(strings).flatMap(row -> Arrays.stream((Object[]) row)).toArray();
      }
      return TextData.unicode(Arrays.copyOf(strings, strings.length, String[].class), shape);
    }
    ScalarType dtype = PrimitiveArray.dtype(component);
    NestedData data = new NestedData(outer, shape, shape[ndim - 1] * dtype.itemSize());
    return NDArray.of(ArraySpec.of(dtype, shape), data);
  }

  private static void checkRectangular(Object array, long[] shape, int axis, String index) {
    if (array == null || Array.getLength(array) != shape[axis]) {
      throw new IllegalArgumentException("nested array is not rectangular: element "
          + (index.isEmpty() ? "[]" : index)
          + " has length "
          + (array == null ? "null" : Array.getLength(array))
          + ", expected "
          + shape[axis]
          + " from the first one, shape="
          + Arrays.toString(shape));
    }
    if (axis < shape.length - 1) {
      Object[] rows = (Object[]) array;
      for (int i = 0; i < rows.length; i++) {
        checkRectangular(rows[i], shape, axis + 1, index + "[" + i + "]");
      }
    }
  }

  @Override
  public long length() {
    long rows = 1;
    for (int axis = 0; axis < shape.length - 1; axis++) {
      rows *= shape[axis];
    }
    return rows * rowBytes;
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    Objects.checkFromIndexSize(offset, target.remaining(), length());
    int end = target.limit();
    long at = offset;
    while (target.position() < end) {
      long inside = at % rowBytes;
      int take = (int) Math.min(rowBytes - inside, end - target.position());
      target.limit(target.position() + take);
      new HeapData(row(at / rowBytes)).read(inside, target);
      target.limit(end);
      at += take;
    }
  }

  private Object row(long index) {
    Object array = outer;
    long stride = length() / rowBytes;
    long rest = index;
    for (int axis = 0; axis < shape.length - 1; axis++) {
      stride /= shape[axis];
      array = ((Object[]) array)[(int) (rest / stride)];
      rest %= stride;
    }
    return array;
  }
}
