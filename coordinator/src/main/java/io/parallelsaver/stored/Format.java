package io.parallelsaver.stored;

import java.nio.file.Path;
import java.util.Locale;

/** What arrays are saved as. */
public enum Format {
  /** One archive of {@code .npy} members, as {@code numpy.savez} writes it. */
  NPZ,
  /** A directory with an {@code .npy} file for each array. */
  NPY,
  /** A directory of {@code data_N.dat}, {@code data_index_N.dat} and {@code data_metadata_N.dat}, which Python unpickles. */
  PICKLE,
  /** One safetensors file. */
  SAFETENSORS;

  /** The format that a target's name says: {@code .safetensors}, else an archive. */
  public static Format of(Path target) {
    return target.toString().endsWith(".safetensors") ? SAFETENSORS : NPZ;
  }

  /** Whether each array becomes files of its own. */
  public boolean isDirectory() {
    return this == NPY || this == PICKLE;
  }

  /** The file or directory that a target becomes: a file gets the format's suffix if it does not have it. */
  public Path place(Path target) {
    return isDirectory() ? target : withSuffix(target, "." + this);
  }

  /** A file's path with a suffix, which may be there already. */
  public static Path withSuffix(Path file, String suffix) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(suffix) ? file : file.resolveSibling(name + suffix);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
