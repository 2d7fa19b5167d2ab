package io.parallelsaver.input;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.array.Region;
import io.parallelsaver.error.InputException;
import io.parallelsaver.stored.Format;
import io.parallelsaver.stored.StoredArrays;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** The arrays of the inputs, where they stand. Nothing is read but headers; the files stay open until this is closed. */
public final class SaveArrays implements AutoCloseable {

  private final boolean positional;
  private final NamedArrays arrays = NamedArrays.of();
  private final Map<String, String> origins = new HashMap<>();
  private final List<StoredArrays> opened = new ArrayList<>();

  private SaveArrays(boolean positional) {
    this.positional = positional;
  }

  /**
   * @param positional whether the arrays are called {@code arr_0}, {@code arr_1} and so on, whatever they were called
   * @param maxHeader longest {@code .npy} header that is read, in bytes
   * @throws InputException if an input is damaged or refused, or two arrays have the same key
   */
  public static SaveArrays open(List<SaveInput> inputs, boolean positional, int maxHeader) {
    SaveArrays all = new SaveArrays(positional);
    try {
      for (SaveInput input : inputs) {
        StoredArrays stored = StoredArrays.open(input.file(), maxHeader);
        all.opened.add(stored);
        all.add(input, stored);
      }
      return all;
    } catch (Throwable e) {
      all.close();
      throw e;
    }
  }

  /** The arrays by key. */
  public NamedArrays named() {
    return arrays;
  }

  private void add(SaveInput input, StoredArrays stored) {
    stored.all(other -> warnOfOther(stored, other)).forEach((key, array) -> {
      Path file = array.data().region().map(Region::file).orElse(stored.path());
      if (key.isEmpty() && input.name() == null && stored.format() == Format.NPY && !positional) {
        throw new InputException(file + " gives its array no name; write NAME=" + file);
      }
      add(input.name() == null ? key : input.name(), array, file.toString());
    });
  }

  private void add(String name, NDArray array, String origin) {
    String key = positional ? "arr_" + origins.size() : name;
    String other = origins.putIfAbsent(key, origin);
    if (other != null) {
      throw new InputException(
          "two arrays are called " + PythonText.quote(key) + ": one from " + other + ", one from "
              + origin + "; rename one with NAME=FILE.npy, or number all with --positional");
    }
    arrays.and(key, array);
  }

  /** The logger is asked for when there is something to say: the first one of a JVM takes a tenth of a second. */
  private static void warnOfOther(StoredArrays stored, String key) {
    LoggerFactory.getLogger(SaveArrays.class)
        .warn("{}: member {} is no array and is left out", stored.path(), PythonText.quote(key));
  }

  @Override
  public void close() {
    opened.forEach(StoredArrays::close);
  }
}
