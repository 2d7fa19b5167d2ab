package io.parallelsaver.array;

import java.nio.ByteOrder;

/**
 * A dtype without fields: NumPy's one-letter kind, its size, its byte order.
 *
 * @param kind NumPy's {@code dtype.kind}: b bool, i int, u uint, f float, c complex, m timedelta, M datetime, S bytes, U unicode, V
 *     void, O object
 * @param itemSize bytes of one element
 * @param order byte order of the stored element; little endian where order has no meaning
 * @param unit what follows the size of a datetime or timedelta, e.g. {@code [25us]}; else empty
 */
public record ScalarType(char kind, long itemSize, ByteOrder order, String unit) implements DType {
  private static final String KINDS = "biufcmMSUVO";

  public ScalarType {
    if (KINDS.indexOf(kind) < 0) {
      throw new IllegalArgumentException("unknown dtype kind '" + kind + "', known are " + KINDS);
    }
    if (itemSize < 0) {
      throw new IllegalArgumentException("negative item size " + itemSize);
    }
    if (!unit.isEmpty() && kind != 'm' && kind != 'M') {
      throw new IllegalArgumentException("dtype kind '" + kind + "' has no unit, found " + unit);
    }
    order = ordered(kind, itemSize) ? order : ByteOrder.LITTLE_ENDIAN;
  }

  /** A little-endian type without a unit, e.g. {@code ('V', 3)}; for {@code U} the size is 4 bytes for each character. */
  public static ScalarType of(char kind, long itemSize) {
    return new ScalarType(kind, itemSize, ByteOrder.LITTLE_ENDIAN, "");
  }

  /** The same type with its bytes in {@code other} order. */
  public ScalarType withOrder(ByteOrder other) {
    return new ScalarType(kind, itemSize, other, unit);
  }

  /** Whether byte order changes the meaning of an element. */
  private static boolean ordered(char kind, long itemSize) {
    return switch (kind) {
      case 'b', 'S', 'V', 'O' -> false;
      case 'U' -> true;
      default -> itemSize > 1;
    };
  }

  /** Bytes that a change of byte order reverses as one: half an element for complex numbers, a code point for unicode. */
  public int wordSize() {
    return switch (kind) {
      case 'c' -> (int) (itemSize / 2);
      case 'U' -> 4;
      default -> ordered(kind, itemSize) ? (int) itemSize : 1;
    };
  }

  @Override
  public String descr() {
    char mark = !ordered(kind, itemSize) ? '|' : order == ByteOrder.LITTLE_ENDIAN ? '<' : '>';
    if (kind == 'O') {
      return "'|O'";
    }
    return "'" + mark + kind + (kind == 'U' ? itemSize / 4 : itemSize) + unit + "'";
  }

  @Override
  public boolean hasObject() {
    return kind == 'O';
  }

  @Override
  public String toString() {
    return descr().substring(1, descr().length() - 1);
  }
}
