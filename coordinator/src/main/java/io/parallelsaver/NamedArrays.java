package io.parallelsaver;

import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.InputException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Arrays and their keys, in the order in which they are saved. Arrays without a name get {@code arr_0}, {@code arr_1} and so on, as
 * {@code numpy.savez} names them. Values are whatever {@link NDArray#of(Object)} takes, and are not copied: they must not change until
 * they are saved.
 */
public final class NamedArrays {
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();
  private int positional;

  private NamedArrays() {}

  /**
   * Arrays without names. A {@code Map} among them gives named ones, a {@code List} each of its elements; a nested array such as {@code
   * double[][]} is one array, also when it is the only argument.
   *
   * @throws InputException if a value is no array; the message gives its key
   */
  public static NamedArrays of(Object... values) {
    NamedArrays arrays = new NamedArrays();
    if (isNested(values.getClass())) {
      // A lone double[][] or String[] is an Object[] to Java, and becomes the argument list itself.
      return arrays.and(values);
    }
    for (Object value : values) {
      arrays.and(value);
    }
    return arrays;
  }

  private static boolean isNested(Class<?> type) {
    Class<?> component = type;
    while (component.isArray()) {
      component = component.getComponentType();
    }
    return component.isPrimitive() || component == String.class;
  }

  /** Named arrays, in the map's order. */
  public static NamedArrays of(Map<String, ?> values) {
    return new NamedArrays().and(values);
  }

  /** Arrays without names, in the list's order. */
  public static NamedArrays of(List<?> values) {
    NamedArrays arrays = new NamedArrays();
    values.forEach(arrays::and);
    return arrays;
  }

  /**
   * Adds a named array.
   *
   * @throws InputException if the name is taken, or the value is no array
   */
  public NamedArrays and(String name, Object value) {
    NDArray array;
    try {
      array = NDArray.of(value);
    } catch (IllegalArgumentException e) {
      throw new InputException("array " + PythonText.quote(name) + ": " + e.getMessage(), e);
    }
    if (arrays.putIfAbsent(name, array) != null) {
      throw new InputException(
          "array " + PythonText.quote(name) + " is given twice; rename one of the two");
    }
    return this;
  }

  private NamedArrays and(Object value) {
    if (value instanceof NamedArrays others) {
      others.arrays.forEach(this::and);
      return this;
    } else if (value instanceof Map<?, ?> map) {
      map.forEach((name, array) -> and(String.valueOf(name), array));
      return this;
    } else if (value instanceof List<?> list) {
      list.forEach(this::and);
      return this;
    }
    return and("arr_" + positional++, value);
  }

  /** The arrays by key. */
  public Map<String, NDArray> asMap() {
    return Collections.unmodifiableMap(arrays);
  }
}
