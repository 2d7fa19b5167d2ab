package io.parallelsaver.shards;

import io.parallelsaver.array.PythonText;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an index says of the set as a whole.
 *
 * @param totalSize bytes of all arrays
 * @param set what this set is called among those that are saved under one name, one after the other; see {@link SetStaging}
 * @param shards its archives
 */
public record IndexHead(long totalSize, Optional<String> set, List<Shard> shards) {
  /** More than five digits can number, and more files than belong into one folder. */
  static final int MOST_SHARDS = 1 << 20;

  private static final Pattern SET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,199}");

  /**
   * @throws IllegalArgumentException if two shards have one name, a number is out of range, or the set's name is no part of a file name
   */
  public IndexHead {
    shards = List.copyOf(shards);
    if (totalSize < 0) {
      throw new IllegalArgumentException("total_size is " + totalSize);
    }
    if (shards.size() > MOST_SHARDS) {
      throw new IllegalArgumentException(
          shards.size() + " shards, more than the " + MOST_SHARDS + " that are read");
    }
    Set<String> names = new HashSet<>();
    for (Shard shard : shards) {
      if (!names.add(shard.file())) {
        throw new IllegalArgumentException("shard " + shard.file() + " is listed twice");
      }
    }
    set.ifPresent(IndexHead::checkSet);
  }

  static void checkSet(String set) {
    if (!SET.matcher(set).matches()) {
      throw new IllegalArgumentException(
          "the set must be called by letters, digits, '_', '.' and '-', found "
              + PythonText.quoteStart(set));
    }
  }
}
