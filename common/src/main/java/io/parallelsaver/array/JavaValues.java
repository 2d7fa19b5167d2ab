package io.parallelsaver.array;

import java.lang.reflect.Array;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;

/** Java values that are not primitive arrays yet, made into such, and back. */
final class JavaValues {
  private JavaValues() {}

  /** A primitive array of length 1 that holds a boxed value. */
  static Object single(Object boxed) {
    Object array;
    try {
      Class<?> primitive = (Class<?>) boxed.getClass().getField("TYPE").get(null);
      array = Array.newInstance(primitive, 1);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "not a primitive number: " + boxed.getClass().getName(), e);
    }
    Array.set(array, 0, boxed);
    return array;
  }

  /** A 1-d array of what remains of a buffer. A byte buffer is shared; of the others only those on the heap are. */
  static NDArray ofBuffer(Buffer buffer) {
    int count = buffer.remaining();
    if (buffer instanceof ByteBuffer bytes) {
      return NDArray.of(ArraySpec.of(DType.INT8, count), bytes);
    }
    Class<?> component = component(buffer);
    Object array;
    if (buffer.hasArray()
        && buffer.arrayOffset() == 0
        && buffer.position() == 0
        && Array.getLength(buffer.array()) == count) {
      array = buffer.array();
    } else {
      array = Array.newInstance(component, count);
      copy(buffer, array);
    }
    return NDArray.of(array);
  }

  private static Class<?> component(Buffer buffer) {
    if (buffer instanceof ShortBuffer) {
      return short.class;
    } else if (buffer instanceof CharBuffer) {
      return char.class;
    } else if (buffer instanceof IntBuffer) {
      return int.class;
    } else if (buffer instanceof LongBuffer) {
      return long.class;
    }
    return buffer instanceof FloatBuffer ? float.class : double.class;
  }

  private static void copy(Buffer buffer, Object array) {
    if (buffer instanceof ShortBuffer values) {
      values.duplicate().get((short[]) array);
    } else if (buffer instanceof CharBuffer values) {
      values.duplicate().get((char[]) array);
    } else if (buffer instanceof IntBuffer values) {
      values.duplicate().get((int[]) array);
    } else if (buffer instanceof LongBuffer values) {
      values.duplicate().get((long[]) array);
    } else if (buffer instanceof FloatBuffer values) {
      values.duplicate().get((float[]) array);
    } else {
      ((DoubleBuffer) buffer).duplicate().get((double[]) array);
    }
  }

  /** Splits a flat array in C order into nested ones; {@code parts} values make one element (2 for complex numbers). */
  static Object nest(Object flat, long[] shape, int parts) {
    int[] dims = new int[shape.length + (parts > 1 ? 1 : 0)];
    for (int axis = 0; axis < shape.length; axis++) {
      dims[axis] = Math.toIntExact(shape[axis]);
    }
    if (parts > 1) {
      dims[shape.length] = parts;
    }
    if (dims.length == 0) {
      return Array.get(flat, 0);
    }
    Object nested = Array.newInstance(flat.getClass().getComponentType(), dims);
    fill(nested, dims.length, flat, 0);
    return nested;
  }

  private static int fill(Object nested, int ndim, Object flat, int from) {
    int length = Array.getLength(nested);
    if (ndim == 1) {
      System.arraycopy(flat, from, nested, 0, length);
      return from + length;
    }
    int at = from;
    for (Object row : (Object[]) nested) {
      at = fill(row, ndim - 1, flat, at);
    }
    return at;
  }
}
