package io.parallelsaver.service;

import io.parallelsaver.error.InputException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Members of a JSON object that somebody else has written. */
final class Members {
  private final Map<String, ?> object;

  Members(Map<String, ?> object) {
    this.object = object;
  }

  boolean has(String name) {
    return object.get(name) != null;
  }

  String text(String name) {
    return get(name, String.class);
  }

  /** Null if it is not there. */
  String textOrNull(String name) {
    return has(name) ? text(name) : null;
  }

  long number(String name) {
    return get(name, Long.class);
  }

  long number(String name, long otherwise) {
    return has(name) ? number(name) : otherwise;
  }

  double real(String name) {
    return get(name, Number.class).doubleValue();
  }

  boolean is(String name) {
    return has(name) && get(name, Boolean.class);
  }

  <E extends Enum<E>> E oneOf(Class<E> type, String name) {
    try {
      return Enum.valueOf(type, text(name).toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new InputException("member " + name + ": there is no '" + object.get(name) + "'", e);
    }
  }

  List<?> list(String name) {
    return get(name, List.class);
  }

  @SuppressWarnings("unchecked")
  Members members(String name) {
    return new Members(get(name, Map.class));
  }

  private <T> T get(String name, Class<T> type) {
    Object value = object.get(name);
    if (!type.isInstance(value)) {
      throw new InputException("member " + name + " should be " + type.getSimpleName() + ", found "
          + (value == null ? "none" : value.getClass().getSimpleName()));
    }
    return type.cast(value);
  }
}
