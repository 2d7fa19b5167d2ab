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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Python original's pickles in a directory, in the order of their numbers. Keys are read at once, arrays when they are asked for. */
final class PickleDirectory extends StoredArrays {
  private static final Pattern PICKLE = Pattern.compile("data_([0-9]{1,18})\\.dat");

  private final Map<String, Path> files = new LinkedHashMap<>();

  /**
   * @throws InputException if two arrays have one key
   */
  PickleDirectory(Path directory) throws IOException {
    super(directory, Format.PICKLE);
    for (Map.Entry<Long, Path> entry : pickles(directory).entrySet()) {
      Path index = directory.resolve("data_index_" + entry.getKey() + ".dat");
      try (FileChannel channel = FileChannel.open(index, StandardOpenOption.READ)) {
        String key = PickledKey.read(index, channel);
        if (files.put(key, entry.getValue()) != null) {
          throw new InputException(index + ": array " + PythonText.quote(key)
              + " is there twice; rename one of the two");
        }
      }
    }
  }

  static boolean holdsPickles(Path directory) throws IOException {
    return !pickles(directory).isEmpty();
  }

  private static Map<Long, Path> pickles(Path directory) throws IOException {
    Map<Long, Path> found = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Matcher name = PICKLE.matcher(file.getFileName().toString());
        if (name.matches()) {
          found.put(Long.parseLong(name.group(1)), file);
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
