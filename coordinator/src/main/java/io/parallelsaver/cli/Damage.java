package io.parallelsaver.cli;

import io.parallelsaver.error.CorruptException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;

/** What is said of damaged members. */
final class Damage {
  private Damage() {}

  /**
   * Prints a line for each damaged member and one for the whole.
   *
   * @param members how many members there are
   * @return the exit code: that of a {@link CorruptException}, or 0 if nothing is damaged
   */
  static int report(Path file, int members, Map<String, String> damaged, PrintWriter err) {
    if (damaged.isEmpty()) {
      return 0;
    }
    damaged.values().forEach(problem -> err.println("parallel-saver: " + problem));
    CorruptException whole = new CorruptException(
        file + " is damaged: " + damaged.size() + " of its " + Summary.count(members, "member"));
    err.println("parallel-saver: " + whole.getMessage());
    err.flush();
    return whole.exitCode();
  }
}
