package io.parallelsaver.array;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Java arrays of every primitive type, and their bytes as plain code computes them. */
final class Primitives {
  private Primitives() {}

  /** One array of each type. No element has a byte of 0 in common with its neighbours' place, but booleans. */
  static List<Object> arrays(int length) {
    List<Object> arrays = List.of(
        new boolean[length],
        new byte[length],
        new short[length],
        new char[length],
        new int[length],
        new long[length],
        new float[length],
        new double[length]);
    for (Object array : arrays) {
      for (int i = 0; i < length; i++) {
        set(array, i);
      }
    }
    return arrays;
  }

  private static void set(Object array, int i) {
    long bits = 0x0123456789ABCDEFL * (2 * i + 3);
    if (array instanceof boolean[] values) {
      values[i] = i % 3 != 1;
    } else if (array instanceof byte[] values) {
      values[i] = (byte) bits;
    } else if (array instanceof short[] values) {
      values[i] = (short) bits;
    } else if (array instanceof char[] values) {
      values[i] = (char) bits;
    } else if (array instanceof int[] values) {
      values[i] = (int) bits;
    } else if (array instanceof long[] values) {
      values[i] = bits;
    } else if (array instanceof float[] values) {
      values[i] = (float) Math.sin(i + 1);
    } else {
      ((double[]) array)[i] = Math.sin(i + 1);
    }
  }

  /** The elements' bytes in native order, one element at a time. */
  static byte[] bytes(Object array) {
    int length = Array.getLength(array);
    ByteBuffer out = ByteBuffer.allocate(length * 8).order(ByteOrder.nativeOrder());
    for (int i = 0; i < length; i++) {
      Object value = Array.get(array, i);
      if (value instanceof Boolean bool) {
        out.put((byte) (bool ? 1 : 0));
      } else if (value instanceof Byte number) {
        out.put(number);
      } else if (value instanceof Short number) {
        out.putShort(number);
      } else if (value instanceof Character number) {
        out.putChar(number);
      } else if (value instanceof Integer number) {
        out.putInt(number);
      } else if (value instanceof Long number) {
        out.putLong(number);
      } else if (value instanceof Float number) {
        out.putFloat(number);
      } else {
        out.putDouble((Double) value);
      }
    }
    byte[] bytes = new byte[out.flip().remaining()];
    out.get(bytes);
    return bytes;
  }
}
