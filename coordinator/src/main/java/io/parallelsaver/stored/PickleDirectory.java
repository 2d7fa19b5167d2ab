package io.parallelsaver.stored;

import io.parallelsaver.array.FileData;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.InputException;
import io.parallelsaver.pickle.Latin1Data;
import io.parallelsaver.pickle.PickledArray;
import io.parallelsaver.pickle.PickledArray.Located;
import io.parallelsaver.pickle.PickledKey;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The Python original's pickles in a directory, in the order of their numbers. Keys are read at once, arrays when they are asked for. An
 * array whose key cannot be read goes by the name of the file that should hold it, and is refused when it is asked for.
 */
final class PickleDirectory extends StoredArrays {
  private static final String DATA = "data_";
  private static final String INDEX = "data_index_";
  private static final Pattern PICKLE = Pattern.compile("(data_(?:index_)?)([0-9]{1,18})\\.dat");

  private final Map<String, Path> files = new LinkedHashMap<>();

  /** Why an array is refused, by the name it goes by. */
  private final Map<String, InputException> refused = new HashMap<>();

  PickleDirectory(Path directory) throws IOException {
    super(directory, Format.PICKLE);
    for (Map.Entry<Long, Map<String, Path>> entry : pickles(directory).entrySet()) {
      Path index = directory.resolve(INDEX + entry.getKey() + ".dat");
      Path data = directory.resolve(DATA + entry.getKey() + ".dat");
      try {
        add(entry.getValue().getOrDefault(INDEX, index), entry.getValue().getOrDefault(DATA, data));
      } catch (InputException e) {
        String name = index.getFileName().toString();
        files.put(name, data);
        refused.put(name, e);
      }
    }
  }

  private void add(Path index, Path data) {
    try (FileChannel channel = FileChannel.open(index, StandardOpenOption.READ)) {
      String key = PickledKey.read(index, channel);
      if (files.putIfAbsent(key, data) != null) {
        throw new InputException(
            index + ": array " + PythonText.quote(key) + " is there twice; rename one of the two");
      }
    } catch (IOException e) {
      throw unreadable(index, e);
    }
  }

  static boolean holdsPickles(Path directory) throws IOException {
    return pickles(directory).values().stream().anyMatch(files -> files.containsKey(DATA));
  }

  /** By number the files of each array, by the beginning of their names. */
  private static Map<Long, Map<String, Path>> pickles(Path directory) throws IOException {
    Map<Long, Map<String, Path>> found = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Matcher name = PICKLE.matcher(file.getFileName().toString());
        if (name.matches()) {
          found
              .computeIfAbsent(Long.parseLong(name.group(2)), number -> new HashMap<>())
              .put(name.group(1), file);
        }
      }
    }
    return found;
  }

  @Override
  public Collection<String> keys() {
    return Collections.unmodifiableSet(files.keySet());
  }

  @Override
  public Optional<NDArray> find(String key) {
    Path file = files.get(key);
    if (file == null) {
      return Optional.empty();
    } else if (refused.containsKey(key)) {
      throw refused.get(key);
    }
    try {
      return Optional.of(array(file));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  @Override
  public long contentSize() {
    return files.values().stream().mapToLong(file -> file.toFile().length()).sum();
  }

  private static NDArray array(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      Located located = PickledArray.locate(file, channel);
      return switch (located.encoding()) {
        case RAW -> NDArray.of(located.spec(), new FileData(located.data()));
        // Protocol 2 has no bytes, only characters: such an array is in no file as it is.
        case LATIN1 ->
          NDArray.of(
              located.spec(),
              Latin1Data.of(located.data(), channel, located.spec().byteSize()));
      };
    }
  }
}
