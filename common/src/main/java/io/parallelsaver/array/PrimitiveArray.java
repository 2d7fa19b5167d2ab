package io.parallelsaver.array;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Copies between a Java primitive array and bytes in native order. */
final class PrimitiveArray {
  private PrimitiveArray() {}

  /** Bytes of one element of {@code component}. */
  static int width(Class<?> component) {
    if (component == byte.class || component == boolean.class) {
      return 1;
    } else if (component == short.class || component == char.class) {
      return 2;
    } else if (component == int.class || component == float.class) {
      return 4;
    } else if (component == long.class || component == double.class) {
      return 8;
    }
    throw new IllegalArgumentException("not a primitive array element: " + component);
  }

  /** Appends elements {@code from} to {@code from + count} to {@code target}. */
  static void read(Object array, int from, int count, ByteBuffer target) {
    if (array instanceof boolean[] values) {
      for (int i = from; i < from + count; i++) {
        target.put((byte) (values[i] ? 1 : 0));
      }
      return;
    } else if (array instanceof byte[] values) {
      target.put(values, from, count);
      return;
    }
    ByteBuffer out = target.duplicate().order(ByteOrder.nativeOrder());
    if (array instanceof short[] values) {
      out.asShortBuffer().put(values, from, count);
    } else if (array instanceof char[] values) {
      out.asCharBuffer().put(values, from, count);
    } else if (array instanceof int[] values) {
      out.asIntBuffer().put(values, from, count);
    } else if (array instanceof long[] values) {
      out.asLongBuffer().put(values, from, count);
    } else if (array instanceof float[] values) {
      out.asFloatBuffer().put(values, from, count);
    } else {
      out.asDoubleBuffer().put((double[]) array, from, count);
    }
    target.position(target.position() + count * width(array.getClass().getComponentType()));
  }

  /** Takes elements {@code from} to {@code from + count} out of {@code source}, which is in {@code source.order()}. */
  static void write(Object array, int from, int count, ByteBuffer source) {
    if (array instanceof boolean[] values) {
      for (int i = from; i < from + count; i++) {
        values[i] = source.get() != 0;
      }
      return;
    }
    int bytes = count * width(array.getClass().getComponentType());
    if (array instanceof byte[] values) {
      source.get(values, from, count);
      return;
    } else if (array instanceof short[] values) {
      source.asShortBuffer().get(values, from, count);
    } else if (array instanceof char[] values) {
      source.asCharBuffer().get(values, from, count);
    } else if (array instanceof int[] values) {
      source.asIntBuffer().get(values, from, count);
    } else if (array instanceof long[] values) {
      source.asLongBuffer().get(values, from, count);
    } else if (array instanceof float[] values) {
      source.asFloatBuffer().get(values, from, count);
    } else {
      source.asDoubleBuffer().get((double[]) array, from, count);
    }
    source.position(source.position() + bytes);
  }

  /** The native dtype whose elements have the bytes of {@code component}; {@code char} is an unsigned 16-bit integer. */
  static ScalarType dtype(Class<?> component) {
    int width = width(component);
    char kind = component == boolean.class ? 'b' : component == char.class ? 'u' : 'i';
    if (component == float.class || component == double.class) {
      kind = 'f';
    }
    return ScalarType.of(kind, width).withOrder(ByteOrder.nativeOrder());
  }

  /** The component whose elements have the bytes of {@code dtype}'s words; {@code byte} where Java has none. */
  static Class<?> component(ScalarType dtype) {
    boolean real = dtype.kind() == 'f' || dtype.kind() == 'c';
    return switch (dtype.wordSize()) {
      case 2 -> short.class;
      case 4 -> real ? float.class : int.class;
      case 8 -> real ? double.class : long.class;
      default -> byte.class;
    };
  }

  static Object allocate(Class<?> component, long size) {
    return Array.newInstance(component, Math.toIntExact(size));
  }
}
