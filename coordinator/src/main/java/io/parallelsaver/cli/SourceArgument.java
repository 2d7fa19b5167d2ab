package io.parallelsaver.cli;

import io.parallelsaver.error.InputException;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.npz.NpzArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** {@code SOURCE}, the archive to be read. */
final class SourceArgument {
  private static final String SUFFIX = ".npz";
  private static final long SMALL = 1 << 20;

  @Parameters(
      paramLabel = "SOURCE",
      description = "The archive; .npz is added if there is no such file.")
  Path source;

  /**
   * The archive's file.
   *
   * @throws InputException if there is none
   */
  Path file() {
    if (Files.isRegularFile(source)) {
      return source;
    }
    Path suffixed = source.resolveSibling(source.getFileName() + SUFFIX);
    boolean bare = !source.toString().endsWith(SUFFIX);
    if (bare && Files.isRegularFile(suffixed)) {
      return suffixed;
    }
    if (Files.exists(source)) {
      throw new InputException("cannot read " + source + ": it is "
          + (Files.isDirectory(source) ? "a directory" : "no regular file"));
    }
    throw new InputException("there is no file " + source + (bare ? ", nor " + suffixed : ""));
  }

  /** Bytes there are to read in an archive: roughly if there are many, since a small file can hold much, deflated. */
  static long contentBytes(Path file) {
    try {
      long size = Files.size(file);
      if (size >= SMALL) {
        return size;
      }
      return NpzArchive.read(file, (name, problem) -> {}).members().stream()
          .mapToLong(ArchiveMember::size)
          .sum();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static InputException unreadable(Path file, IOException cause) {
    return new InputException("cannot read " + file + ": " + cause, cause);
  }
}
