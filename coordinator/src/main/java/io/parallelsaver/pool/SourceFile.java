package io.parallelsaver.pool;

import io.parallelsaver.error.ReplacedException;
import io.parallelsaver.error.SaverException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * What a call reads, as it was before the call opened it. Workers open it once more, by its name: if another file has taken the name by then,
 * what they read does not belong to what the coordinator has read.
 *
 * @param path its name
 * @param key what it is, whatever its name; null if there is none
 */
public record SourceFile(Path path, Object key) {

  public static SourceFile of(Path path) {
    try {
      return new SourceFile(
          path, Files.readAttributes(path, BasicFileAttributes.class).fileKey());
    } catch (IOException e) {
      return new SourceFile(path, null);
    }
  }

  /** Whether the name stands for the same file, and has done all the time: no other gets the key of a file that is open. */
  public boolean isStillThere() {
    return equals(of(path));
  }

  /**
   * @throws ReplacedException if the name stands for another file now
   */
  void check() {
    if (!isStillThere()) {
      throw replaced(null);
    }
  }

  /**
   * What to say if the name stands for another file now.
   *
   * @param cause what came of it; null if nothing did
   */
  public ReplacedException replaced(SaverException cause) {
    return new ReplacedException(
        path + " was replaced by another file while it was read; try again when it is at rest",
        cause);
  }
}
