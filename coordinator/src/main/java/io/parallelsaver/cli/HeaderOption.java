package io.parallelsaver.cli;

import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.stored.StoredArrays;
import java.nio.file.Path;

/** {@code --max-header-size}, as {@code numpy.load} has it. */
final class HeaderOption {
  ByteSize size;

  HeaderOption(Syntax syntax) {
    syntax
        .option("--max-header-size", "SIZE", ByteSize.class, value -> size = value)
        .description(
            "Longest .npy header to be read, 1M unless given. A longer one is refused: it may be meant to use up memory.");
  }

  int bytes() {
    return size == null ? NpyHeader.MAX_LENGTH : (int) Math.min(Integer.MAX_VALUE, size.bytes());
  }

  StoredArrays open(Path path) {
    return StoredArrays.open(path, bytes());
  }
}
