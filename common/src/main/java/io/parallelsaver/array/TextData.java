package io.parallelsaver.array;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

/** The bytes of strings of one fixed length, made from Java values when they are read. */
final class TextData<T> implements ArrayData {
  private final T[] values;
  private final int itemSize;
  private final Function<T, byte[]> bytes;

  private TextData(T[] values, int itemSize, Function<T, byte[]> bytes) {
    this.values = values;
    this.itemSize = itemSize;
    this.bytes = bytes;
  }

  /**
   * What {@code numpy.asarray} makes of them: dtype {@code U} as long as the longest one, at least 1.
   *
   * @param values in C order
   * @throws IllegalArgumentException if one is null, or has a surrogate without its other half
   */
  static NDArray unicode(String[] values, long... shape) {
    long longest = 1;
    for (int i = 0; i < values.length; i++) {
      longest = Math.max(longest, length(values[i], i));
    }
    int itemSize = itemSize(4 * longest);
    ScalarType dtype = ScalarType.of('U', itemSize).withOrder(ByteOrder.nativeOrder());
    return NDArray.of(
        ArraySpec.of(dtype, shape), new TextData<>(values, itemSize, TextData::utf32));
  }

  /** Dtype {@code S} as long as the longest one, at least 1. */
  static NDArray bytes(byte[][] values) {
    long longest = 1;
    for (int i = 0; i < values.length; i++) {
      if (values[i] == null) {
        throw new IllegalArgumentException("element " + i + " of the byte strings is null");
      }
      longest = Math.max(longest, values[i].length);
    }
    int itemSize = itemSize(longest);
    return NDArray.of(
        ArraySpec.of(ScalarType.of('S', itemSize), values.length),
        new TextData<>(values, itemSize, Function.identity()));
  }

  private static int itemSize(long bytes) {
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "a string of " + bytes + " bytes is longer than NumPy's longest");
    }
    return (int) bytes;
  }

  /** Characters of a string, as Python counts them. */
  private static int length(String text, int element) {
    if (text == null) {
      throw new IllegalArgumentException("element " + element
          + " of the strings (counted in C order) is null; NumPy has no null string");
    }
    int length = 0;
    for (int at = 0; at < text.length(); length++) {
      int point = text.codePointAt(at);
      if (!TextElements.isCharacter(point)) {
        throw new IllegalArgumentException(String.format(
            Locale.ROOT,
            "element %d of the strings (counted in C order): found the lone surrogate 0x%04X at char %d, expected a Unicode character",
            element,
            point,
            at));
      }
      at += Character.charCount(point);
    }
    return length;
  }

  private static byte[] utf32(String text) {
    int[] points = text.codePoints().toArray();
    ByteBuffer out = ByteBuffer.allocate(4 * points.length).order(ByteOrder.nativeOrder());
    out.asIntBuffer().put(points);
    return out.array();
  }

  @Override
  public long length() {
    return (long) values.length * itemSize;
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    Objects.checkFromIndexSize(offset, target.remaining(), length());
    long at = offset;
    while (target.hasRemaining()) {
      int inside = (int) (at % itemSize);
      int take = Math.min(itemSize - inside, target.remaining());
      byte[] text = bytes.apply(values[(int) (at / itemSize)]);
      int present = Math.max(0, Math.min(text.length - inside, take));
      target.put(text, present > 0 ? inside : 0, present);
      // Not put from an array of zeros: a long string is mostly filling.
      for (int i = present; i < take; i++) {
        target.put((byte) 0);
      }
      at += take;
    }
  }
}
