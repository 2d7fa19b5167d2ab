package io.parallelsaver.array;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/** The bytes of a Java primitive array, in native order. The array is used as it is, not copied. */
public final class HeapData implements ArrayData {
  private final Object array;
  private final int width;
  private final long length;

  /**
   * @param array a primitive array of any type
   */
  public HeapData(Object array) {
    this.array = array;
    this.width = PrimitiveArray.width(array.getClass().getComponentType());
    this.length = (long) width * Array.getLength(array);
  }

  /**
   * Room for an array: in the Java type whose elements have the same bytes where there is one, else in bytes.
   *
   * @throws IllegalArgumentException if it takes more elements than a Java array can have
   */
  public static HeapData allocate(ArraySpec spec) {
    if (!fits(spec)) {
      throw new IllegalArgumentException("array " + spec + " is larger than a Java array can be");
    }
    return new HeapData(Array.newInstance(component(spec), (int) length(spec)));
  }

  /** Whether a Java array can have so many elements as {@link #allocate} would need. */
  public static boolean fits(ArraySpec spec) {
    return length(spec) <= Integer.MAX_VALUE - 8;
  }

  private static long length(ArraySpec spec) {
    return spec.byteSize() / PrimitiveArray.width(component(spec));
  }

  private static Class<?> component(ArraySpec spec) {
    return spec.dtype() instanceof ScalarType scalar && scalar.order() == ByteOrder.nativeOrder()
        ? PrimitiveArray.component(scalar)
        : byte.class;
  }

  /** The primitive array itself. */
  public Object array() {
    return array;
  }

  /** Bytes of an element of the Java array. */
  public int width() {
    return width;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    Objects.checkFromIndexSize(offset, target.remaining(), length);
    long at = offset;
    while (target.hasRemaining()) {
      int inside = (int) (at % width);
      int whole = target.remaining() / width;
      if (inside == 0 && whole > 0) {
        PrimitiveArray.read(array, (int) (at / width), whole, target);
        at += (long) whole * width;
      } else {
        ByteBuffer element = ByteBuffer.allocate(width);
        PrimitiveArray.read(array, (int) (at / width), 1, element);
        int take = Math.min(width - inside, target.remaining());
        target.put(element.array(), inside, take);
        at += take;
      }
    }
  }

  /** Takes all of {@code source} as the bytes from {@code offset} on; both are whole elements. */
  public void write(long offset, ByteBuffer source) {
    Objects.checkFromIndexSize(offset, source.remaining(), length);
    if (offset % width != 0 || source.remaining() % width != 0) {
      throw new IllegalArgumentException(
          "not whole elements: offset=" + offset + " length=" + source.remaining());
    }
    ByteBuffer in = source.duplicate().order(ByteOrder.nativeOrder());
    PrimitiveArray.write(array, (int) (offset / width), source.remaining() / width, in);
    source.position(source.limit());
  }
}
