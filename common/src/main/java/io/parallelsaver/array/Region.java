package io.parallelsaver.array;

import java.nio.file.Path;

/**
 * A run of bytes in a file.
 *
 * @param file the file
 * @param offset first byte, counted from the start of the file
 * @param length number of bytes
 */
public record Region(Path file, long offset, long length) {
  public Region {
    if (offset < 0 || length < 0 || offset > Long.MAX_VALUE - length) {
      throw new IllegalArgumentException(
          "region outside a file: file=" + file + " offset=" + offset + " length=" + length);
    }
  }

  /** First byte after the region. */
  public long end() {
    return offset + length;
  }

  /** Bytes between this region and one behind it in the same file; negative if there is no such gap. */
  public long gapTo(Region next) {
    // Nearly always the same object, and paths compare character by character.
    boolean same = file == next.file || file.equals(next.file);
    return same ? next.offset - end() : -1;
  }
}
