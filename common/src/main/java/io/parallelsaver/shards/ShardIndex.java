package io.parallelsaver.shards;

import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.CorruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * An index that was read, or the part of it that was wanted.
 *
 * @param path where it is
 * @param head what it says of the set
 * @param arrays the arrays that were wanted, by key, in the order of the file
 */
public record ShardIndex(Path path, IndexHead head, Map<String, ShardedArray> arrays) {
  /** What the name of an index ends with; before it stands the name that one archive would have. */
  public static final String SUFFIX = ".index.json";

  private static final String ARCHIVE = ".npz";

  public ShardIndex {
    arrays = Collections.unmodifiableMap(arrays);
  }

  /** Reads all of it. */
  public static ShardIndex read(Path index) {
    return read(index, key -> true);
  }

  /**
   * Reads and checks all of it, and keeps what is wanted.
   *
   * @param wanted keys of arrays
   * @throws CorruptException as {@link IndexReader#read}
   */
  public static ShardIndex read(Path index, Predicate<String> wanted) {
    Map<String, ShardedArray> arrays = new LinkedHashMap<>();
    IndexHead head = IndexReader.read(index, array -> {
      if (wanted.test(array.key())) {
        arrays.put(array.key(), array);
      }
    });
    return new ShardIndex(index, head, arrays);
  }

  /** Whether a file is an index, by its name. */
  public static boolean isIndex(Path file) {
    return String.valueOf(file.getFileName()).endsWith(SUFFIX);
  }

  /** Where the index of a set is that is saved as {@code archive}, which need not end with {@code .npz}. */
  public static Path of(Path archive) {
    if (isIndex(archive)) {
      return archive;
    }
    String name = String.valueOf(archive.getFileName());
    return archive.resolveSibling((name.endsWith(ARCHIVE) ? name : name + ARCHIVE) + SUFFIX);
  }

  /**
   * What a shard is called.
   *
   * @param index of the set
   * @param number from 1 on
   */
  public static String shardName(Path index, int number, int of) {
    String name = index.getFileName().toString();
    String stem = name.substring(0, name.length() - SUFFIX.length());
    if (stem.endsWith(ARCHIVE)) {
      stem = stem.substring(0, stem.length() - ARCHIVE.length());
    }
    return String.format(Locale.ROOT, "%s-%05d-of-%05d%s", stem, number, of, ARCHIVE);
  }

  /** Where a shard is; see {@link #file(Path, IndexHead, int)}. */
  public Path file(int shard) {
    return file(path, head, shard);
  }

  /** Where a shard is: at its place, or, if the set has its index and not yet all its names, where it was made. */
  public static Path file(Path index, IndexHead head, int shard) {
    String name = head.shards().get(shard).file();
    Path staged =
        head.set().map(set -> SetStaging.folder(index, set).resolve(name)).orElse(null);
    return staged != null && Files.exists(staged) ? staged : index.resolveSibling(name);
  }

  @Override
  public String toString() {
    return "ShardIndex " + PythonText.quote(path.toString()) + ", "
        + head.shards().size() + " shards, " + arrays.size() + " arrays";
  }
}
