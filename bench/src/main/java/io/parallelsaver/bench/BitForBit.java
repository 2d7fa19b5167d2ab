package io.parallelsaver.bench;

import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.CorruptException;
import java.util.Map;

/** What is not the same afterwards was not worth measuring. */
public final class BitForBit {
  private BitForBit() {}

  /**
   * Compares names, types, shapes and bytes.
   *
   * @param where names the second in the message
   * @throws CorruptException if the two differ
   */
  public static void mustEqual(
      Map<String, NDArray> wanted, Map<String, NDArray> found, Object where) {
    if (!found.keySet().equals(wanted.keySet())) {
      throw new CorruptException(
          where + ": " + found.size() + " arrays, expected " + wanted.size() + ", or other names");
    }
    wanted.forEach((name, array) -> {
      if (!array.contentEquals(found.get(name))) {
        throw new CorruptException(where + ": array '" + name + "' differs");
      }
    });
  }
}
