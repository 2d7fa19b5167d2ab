package io.parallelsaver.npy;

import io.parallelsaver.array.DType;
import io.parallelsaver.array.ScalarType;
import io.parallelsaver.array.StructType;
import io.parallelsaver.array.SubarrayType;
import io.parallelsaver.npy.PythonLiteral.Tuple;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns the {@code descr} literal of a header into a dtype, as NumPy's {@code descr_to_dtype} does. */
final class Descr {
  private static final Pattern SCALAR =
      Pattern.compile("([<>=|]?)(?:(\\?)|([biufcmMSUVOa])([0-9]{0,10}))"
          + "(\\[[0-9]{0,10}(?:[YMWDhms]|[munpfa]s|generic)(?:/[0-9]{1,10})?\\])?");

  private Descr() {}

  /**
   * @param literal the parsed value: a string, a list of field tuples, or a tuple of a type and a shape
   * @throws IllegalArgumentException if it describes no dtype
   */
  static DType parse(Object literal) {
    if (literal instanceof String text) {
      return scalar(text);
    }
    if (literal instanceof List<?> fields) {
      return struct(fields);
    }
    if (literal instanceof Tuple tuple && tuple.items().size() == 2) {
      return subarray(parse(tuple.items().get(0)), tuple.items().get(1));
    }
    throw new IllegalArgumentException("not a dtype: " + literal);
  }

  private static ScalarType scalar(String text) {
    Matcher match = SCALAR.matcher(text);
    if (!match.matches()) {
      throw new IllegalArgumentException("not a dtype: '" + text + "'");
    }
    ByteOrder order = match.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    if (match.group(1).equals("=")) {
      order = ByteOrder.nativeOrder();
    }
    if (match.group(2) != null) {
      return new ScalarType('b', 1, order, "");
    }
    char kind = match.group(3).equals("a") ? 'S' : match.group(3).charAt(0);
    boolean hasUnit = match.group(5) != null && !match.group(5).endsWith("generic]");
    String unit = hasUnit ? match.group(5) : "";
    long size = match.group(4).isEmpty() ? defaultSize(kind, text) : Long.parseLong(match.group(4));
    return new ScalarType(kind, checkedSize(kind, size, text), order, unit);
  }

  private static long defaultSize(char kind, String text) {
    return switch (kind) {
      case 'O', 'm', 'M' -> 8;
      case 'S', 'U', 'V' -> 0;
      default -> throw new IllegalArgumentException("dtype without a size: '" + text + "'");
    };
  }

  private static long checkedSize(char kind, long size, String text) {
    boolean possible =
        switch (kind) {
          case 'b' -> size == 1;
          case 'i', 'u' -> size == 1 || size == 2 || size == 4 || size == 8;
          case 'f' -> size == 2 || size == 4 || size == 8 || size == 12 || size == 16;
          case 'c' -> size == 8 || size == 16 || size == 24 || size == 32;
          case 'm', 'M' -> size == 8;
          case 'U' -> size <= Integer.MAX_VALUE / 4;
          default -> size <= Integer.MAX_VALUE;
        };
    if (!possible) {
      throw new IllegalArgumentException("NumPy has no dtype of this size: '" + text + "'");
    }
    return kind == 'U' ? size * 4 : kind == 'O' ? 8 : size;
  }

  private static StructType struct(List<?> items) {
    List<StructType.Field> fields = new ArrayList<>();
    for (Object item : items) {
      if (!(item instanceof Tuple tuple)
          || tuple.items().size() < 2
          || tuple.items().size() > 3) {
        throw new IllegalArgumentException("not a field of a structured dtype: " + item);
      }
      DType type = parse(tuple.items().get(1));
      if (tuple.items().size() == 3) {
        type = subarray(type, tuple.items().get(2));
      }
      fields.add(field(tuple.items().get(0), type));
    }
    return new StructType(fields);
  }

  private static StructType.Field field(Object key, DType type) {
    if (key instanceof String name) {
      return new StructType.Field(name, null, type);
    }
    if (key instanceof Tuple pair
        && pair.items().size() == 2
        && pair.items().get(0) instanceof String title
        && pair.items().get(1) instanceof String name) {
      return new StructType.Field(name, title, type);
    }
    throw new IllegalArgumentException("not a field name: " + key);
  }

  private static DType subarray(DType base, Object shape) {
    int[] dims = dims(shape);
    return dims.length == 0 ? base : new SubarrayType(base, dims);
  }

  private static int[] dims(Object literal) {
    List<?> items =
        literal instanceof Tuple tuple ? tuple.items() : Collections.singletonList(literal);
    int[] dims = new int[items.size()];
    for (int i = 0; i < dims.length; i++) {
      if (!(items.get(i) instanceof Long extent) || extent < 0 || extent > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("not a sub-array shape: " + literal);
      }
      dims[i] = Math.toIntExact(extent);
    }
    return dims;
  }
}
