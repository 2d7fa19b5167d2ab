package io.parallelsaver.shards;

import io.parallelsaver.array.PythonText;

/**
 * One archive of a set.
 *
 * @param file its name, in the folder of the index
 * @param size bytes of it
 */
public record Shard(String file, long size) {
  private static final int LONGEST_NAME = 255;

  /**
   * @throws IllegalArgumentException if the name is not that of an archive in the folder of the index, or the size is negative
   */
  public Shard {
    boolean plain = file.endsWith(".npz")
        && file.indexOf('/') < 0
        && file.indexOf('\0') < 0
        && file.length() <= LONGEST_NAME;
    if (!plain) {
      throw new IllegalArgumentException(
          "a shard's file must be an .npz archive beside the index, found "
              + PythonText.quoteStart(file));
    }
    if (size < 0) {
      throw new IllegalArgumentException("shard " + file + " has a size of " + size);
    }
  }
}
