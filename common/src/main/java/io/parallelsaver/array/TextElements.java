package io.parallelsaver.array;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Strings of fixed length, filled up with NULs, which NumPy strips when it reads them. {@code S} is bytes, taken as Latin-1: no byte is
 * refused or changed. {@code U} is one code point in each 4 bytes.
 */
final class TextElements extends Elements {
  private final ScalarType dtype;
  private final int size;

  TextElements(ScalarType dtype) {
    super(dtype, "getString(), toStrings() or getBytes()");
    this.dtype = dtype;
    this.size = Math.toIntExact(dtype.itemSize());
  }

  @Override
  String stringAt(ByteBuffer bytes, int at, long origin) {
    return dtype.kind() == 'S' ? latin1(bytes, at) : unicode(bytes, at, origin);
  }

  private String latin1(ByteBuffer bytes, int at) {
    int length = size;
    while (length > 0 && bytes.get(at + length - 1) == 0) {
      length--;
    }
    byte[] text = new byte[length];
    bytes.get(at, text);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  private String unicode(ByteBuffer bytes, int at, long origin) {
    int length = size / 4;
    while (length > 0 && bytes.getInt(at + 4 * length - 4) == 0) {
      length--;
    }
    int[] points = new int[length];
    for (int i = 0; i < length; i++) {
      int point = bytes.getInt(at + 4 * i);
      if (!isCharacter(point)) {
        throw new IllegalStateException(String.format(
            Locale.ROOT,
            "dtype %s: found 0x%08X at byte %d of the array, character %d of its string, expected a Unicode character (%s); "
                + "getBytes() gives the element as it is",
            dtype,
            point,
            origin + at + 4L * i,
            i,
            reason(point)));
      }
      points[i] = point;
    }
    return new String(points, 0, length);
  }

  /** Whether a Java string holds it as itself: two lone surrogates side by side would turn into one character. */
  static boolean isCharacter(int point) {
    return Character.isValidCodePoint(point)
        && (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE);
  }

  private static String reason(int point) {
    return Character.isValidCodePoint(point)
        ? "this is a lone surrogate"
        : "the last one is 0x10FFFF; is the byte order right?";
  }

  @Override
  Object values(NDArray array) {
    return strings(array);
  }

  @Override
  String[] strings(NDArray array) {
    String[] out = (String[]) allocate(String.class, array);
    forEachBlock(array, (block, first, count) -> {
      for (int i = 0; i < count; i++) {
        out[first + i] = stringAt(block, i * size, (long) first * size);
      }
    });
    return inOrder(array, out);
  }
}
