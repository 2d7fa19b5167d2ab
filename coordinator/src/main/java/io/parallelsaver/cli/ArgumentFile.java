package io.parallelsaver.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code parallel-saver @FILE}: a whole command from a file, one argument on a line as it stands there, blanks in the midst of it included.
 * Empty lines, and those that begin with {@code #}, are left out. Only the first argument is taken so; any other that begins with
 * {@code @} is the name of a file.
 */
final class ArgumentFile {
  private ArgumentFile() {}

  /**
   * @throws IllegalArgumentException if the file cannot be read or holds another such argument first, in words for the user
   */
  static String[] expand(String... arguments) {
    if (arguments.length == 0 || !arguments[0].startsWith("@")) {
      return arguments;
    }
    Path file = Path.of(arguments[0].substring(1));
    List<String> all = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          all.add(line.strip());
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read arguments from " + file + ": " + e, e);
    }
    if (!all.isEmpty() && all.get(0).startsWith("@")) {
      throw new IllegalArgumentException(
          file + " begins with another file of arguments, " + all.get(0));
    }
    all.addAll(List.of(arguments).subList(1, arguments.length));
    return all.toArray(String[]::new);
  }
}
