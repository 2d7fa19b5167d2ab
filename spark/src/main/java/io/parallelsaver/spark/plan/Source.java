package io.parallelsaver.spark.plan;

import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.InputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one path holds: an archive, a set of them, a file or a directory.
 *
 * @param path its name in messages
 * @param arrays in their order
 */
public record Source(String path, List<ArrayPlace> arrays) {
  private static final int LISTED = 10;

  /**
   * Only some of the arrays.
   *
   * @param keys which, in their order; null for all
   * @throws InputException if one of them is not there
   */
  public Source select(List<String> keys) {
    if (keys == null) {
      return this;
    }
    Map<String, ArrayPlace> byKey = new LinkedHashMap<>();
    arrays.forEach(array -> byKey.put(array.key(), array));
    List<ArrayPlace> wanted = new ArrayList<>();
    for (String key : keys) {
      ArrayPlace found = byKey.get(key);
      if (found == null) {
        String some = byKey.keySet().stream()
            .limit(LISTED)
            .map(PythonText::quote)
            .collect(Collectors.joining(", "));
        throw new InputException(path + " has no array " + PythonText.quote(key) + "; it has "
            + byKey.size() + ": " + some + (byKey.size() > LISTED ? ", ..." : ""));
      }
      wanted.add(found);
    }
    return new Source(path, wanted);
  }
}
