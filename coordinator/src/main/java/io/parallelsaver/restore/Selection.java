package io.parallelsaver.restore;

import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.npz.NpzArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The arrays of an archive that a call asks for. */
public final class Selection {
  private static final int LISTED = 10;

  private Selection() {}

  /**
   * Reads an archive's directory.
   *
   * @throws InputException if there is no such file, or it is no {@code .npz}
   */
  public static NpzArchive open(Path source) {
    try {
      return NpzArchive.read(source);
    } catch (IOException e) {
      throw unreadable(source, e);
    }
  }

  /** What to say of an archive that cannot be opened. */
  static InputException unreadable(Path source, IOException cause) {
    if (cause instanceof NoSuchFileException) {
      return new InputException("there is no file " + source, cause);
    }
    String hint = Files.isDirectory(source) ? ": it is a directory" : ": " + cause;
    return new InputException("cannot read " + source + hint, cause);
  }

  /**
   * @param keys wanted keys; null for all arrays
   * @throws InputException if a key is not there; the message lists some that are
   */
  static Map<String, ArchiveMember> of(NpzArchive archive, List<String> keys) {
    return among(archive.file(), archive.arrays(), keys);
  }

  /**
   * @param source where the arrays are, for a message
   * @param keys wanted keys; null for all
   * @throws InputException if a key is not there; the message lists some that are
   */
  public static <T> Map<String, T> among(Path source, Map<String, T> arrays, List<String> keys) {
    if (keys == null) {
      return arrays;
    }
    Map<String, T> wanted = new LinkedHashMap<>();
    for (String key : keys) {
      T array = arrays.get(key);
      if (array == null) {
        String some = arrays.keySet().stream()
            .limit(LISTED)
            .map(PythonText::quote)
            .collect(Collectors.joining(", "));
        throw new InputException(source + " has no array " + PythonText.quote(key) + "; it has "
            + arrays.size() + ": " + some + (arrays.size() > LISTED ? ", ..." : ""));
      }
      wanted.put(key, array);
    }
    return wanted;
  }

  /** Ends a call at the first damaged member. */
  static void fail(ArchiveMember member, InputException problem) {
    throw problem;
  }
}
