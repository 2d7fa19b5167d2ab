package io.parallelsaver.stored;

import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** One {@code .npy} file, or those of a directory in the order of their names; folders count into the key. */
final class NpyFiles extends StoredArrays {
  private static final String SUFFIX = ".npy";

  private final Map<String, Path> files;
  private final int maxHeader;

  private NpyFiles(Path path, Map<String, Path> files, int maxHeader) {
    super(path, Format.NPY);
    this.files = files;
    this.maxHeader = maxHeader;
  }

  static NpyFiles one(Path file, int maxHeader) {
    return new NpyFiles(file, Map.of(key(file.getFileName()), file), maxHeader);
  }

  static NpyFiles in(Path directory, int maxHeader) throws IOException {
    Map<String, Path> files = new LinkedHashMap<>();
    FileTree.of(directory).stream()
        .filter(file -> file.toString().endsWith(SUFFIX) && Files.isRegularFile(file))
        .sorted()
        .forEach(file -> files.put(key(directory.relativize(file)), file));
    if (files.isEmpty()) {
      throw new InputException(directory + " holds neither .npy files nor data_N.dat files");
    }
    return new NpyFiles(directory, files, maxHeader);
  }

  private static String key(Path file) {
    String name = file.toString();
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }

  @Override
  public Collection<String> keys() {
    return Collections.unmodifiableSet(files.keySet());
  }

  @Override
  public Optional<NDArray> find(String key) {
    return Optional.ofNullable(files.get(key)).map(file -> NpyFile.array(file, maxHeader));
  }

  @Override
  public long contentSize() {
    return files.values().stream().mapToLong(file -> file.toFile().length()).sum();
  }
}
