package io.parallelsaver.stored;

import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.array.WholeRows;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.npy.NpyFile;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.shards.ShardIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Arrays that stand in files, by key: an {@code .npz} archive, a sharded set by its index, a safetensors file, an {@code .npy} file, or a directory of {@code .npy}
 * files or of the Python original's pickles. Opening lists them; an array's header is read when it is asked for, its bytes when they
 * are looked at. What is not compressed is seen in place, through a mapping of the file, also beyond 2 GiB; the file must not be cut
 * off meanwhile. No checksum is looked at: restoring and verifying do that.
 *
 * <pre>{@code
 * try (StoredArrays arrays = StoredArrays.open(Path.of("out.npz"))) {
 *   NDArray part = arrays.get("features").slice(1000, 2000);
 * }
 * }</pre>
 */
public abstract class StoredArrays implements AutoCloseable {
  private static final int LISTED = 10;
  private static final String SUFFIX = ".npz";

  private final Path path;
  private final Format format;

  StoredArrays(Path path, Format format) {
    this.path = path;
    this.format = format;
  }

  /**
   * What a name stands for: the file or directory that has it; else the archive that has it with {@code .npz} behind; else the index of the
   * sharded set that was saved under it. Where none of them is there, the archive that is missing.
   */
  public static Path place(Path name) {
    if (Files.exists(name) || name.getFileName() == null) {
      return name;
    }
    Path archive = Format.withSuffix(name, SUFFIX);
    return Files.notExists(archive) && Files.exists(ShardIndex.of(archive))
        ? ShardIndex.of(archive)
        : archive;
  }

  /** Opens what is there, with headers of at most {@link NpyHeader#MAX_LENGTH} bytes. */
  public static StoredArrays open(Path path) {
    return open(path, NpyHeader.MAX_LENGTH);
  }

  /**
   * Opens what is there. A file's first bytes say what it is; a directory is taken for pickles if it has a {@code data_N.dat}.
   *
   * @param maxHeader longest {@code .npy} header to be read, in bytes
   * @throws InputException if there is nothing of this name, or nothing in it that is read
   * @throws CorruptException if what is there is damaged
   */
  public static StoredArrays open(Path path, int maxHeader) {
    try {
      if (Files.isDirectory(path)) {
        return PickleDirectory.holdsPickles(path)
            ? new PickleDirectory(path)
            : NpyFiles.in(path, maxHeader);
      }
      if (Files.exists(path) && !Files.isRegularFile(path)) {
        throw new InputException("cannot read " + path + ": it is no regular file");
      }
      if (ShardIndex.isIndex(path)) {
        return new ShardedSet(path, maxHeader);
      }
      return switch (Signature.of(path)) {
        case NPY -> NpyFiles.one(path, maxHeader);
        case SAFETENSORS -> new SafetensorsFile(path);
        case OTHER -> new ArchiveFile(path, maxHeader);
      };
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** What a file's first bytes say it is; {@link Format#NPZ} if they say nothing, since an archive is known by its end. */
  public static Format formatOf(Path file) throws IOException {
    return switch (Signature.of(file)) {
      case NPY -> Format.NPY;
      case SAFETENSORS -> Format.SAFETENSORS;
      case OTHER -> Format.NPZ;
    };
  }

  /** The rows that are there of an {@code .npy} file that is cut off; empty if it is not, or not one row is there. */
  public static Optional<WholeRows> wholeRows(Path file, int maxHeader) {
    return NpyFile.wholeRows(file, maxHeader);
  }

  static InputException unreadable(Path path, IOException cause) {
    if (cause instanceof NoSuchFileException missing) {
      return new InputException("there is no file " + missing.getFile(), cause);
    }
    return new InputException("cannot read " + path + ": " + cause, cause);
  }

  public final Path path() {
    return path;
  }

  public final Format format() {
    return format;
  }

  /** All keys, in the order of the file, or of the files' names. */
  public abstract Collection<String> keys();

  /**
   * The array of a key.
   *
   * @return empty if there is none: no such key, or what has it is no array
   * @throws InputException if it cannot be read here
   * @throws CorruptException if its header is damaged, or the file too short
   */
  public abstract Optional<NDArray> find(String key);

  /** Bytes of all that is stored, inflated: roughly how much there is to do. */
  public abstract long contentSize();

  /**
   * The array of a key.
   *
   * @throws InputException as {@link #find}, or if there is none; the message lists some keys
   */
  public final NDArray get(String key) {
    return find(key).orElseThrow(() -> {
      String some =
          keys().stream().limit(LISTED).map(PythonText::quote).collect(Collectors.joining(", "));
      return new InputException(path + " has no array " + PythonText.quote(key) + "; it has "
          + keys().size() + ": " + some + (keys().size() > LISTED ? ", ..." : ""));
    });
  }

  /** All arrays by key. What is no array, as an archive may hold too, is left out if its checksum is right. */
  public final Map<String, NDArray> all() {
    return all(key -> {});
  }

  /**
   * All arrays by key.
   *
   * @param others is told the key of what is no array, and is left out
   * @throws InputException if one of them cannot be read here
   * @throws CorruptException if one of them is damaged as far as its header tells, or what is no array has a wrong checksum
   */
  public Map<String, NDArray> all(Consumer<String> others) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (String key : keys()) {
      find(key).ifPresent(array -> arrays.put(key, array));
    }
    return arrays;
  }

  /**
   * Some arrays by key; only their headers are read.
   *
   * @param keys wanted keys; null for all
   * @throws InputException as {@link #get}
   */
  public final Map<String, NDArray> select(List<String> keys) {
    return select(keys, key -> {});
  }

  /** Likewise; {@code others} is told what is left out of all, as for {@link #all(Consumer)}. */
  public final Map<String, NDArray> select(List<String> keys, Consumer<String> others) {
    if (keys == null) {
      return all(others);
    }
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    keys.forEach(key -> arrays.put(key, get(key)));
    return arrays;
  }

  /** Whether files that were looked at have been given other names since; if so, opening it again may find what was missed. */
  public boolean hasMoved() {
    return false;
  }

  /** Ends reading. An uncompressed array that was looked at before can be looked at further. */
  @Override
  public void close() {
    try {
      closeFiles();
    } catch (IOException e) {
      throw new SaverException("cannot close " + path + ": " + e, e);
    }
  }

  /** Closes what is open; by default nothing is. */
  void closeFiles() throws IOException {}
}
