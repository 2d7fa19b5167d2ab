package io.parallelsaver.testing;

import java.util.ArrayList;
import java.util.List;

/** NumPy as the judge of what we wrote. The interpreter is {@code PARALLEL_SAVER_PYTHON}, or {@code python3}. */
public final class NumPy {
  private NumPy() {}

  /**
   * Runs a script, in which {@code np} and {@code sys} are imported.
   *
   * @param script Python source; a failed {@code assert} fails the test
   * @param arguments its {@code sys.argv[1:]}, in ASCII
   * @return what it printed
   */
  public static String run(String script, Object... arguments) {
    List<String> command = new ArrayList<>(
        List.of(python(), "-W", "ignore", "-c", "import sys\nimport numpy as np\n" + script));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    try (ChildProcess python = ChildProcess.start(command.toArray(String[]::new))) {
      return String.join("\n", python.finish());
    }
  }

  /** The interpreter. */
  public static String python() {
    return System.getenv().getOrDefault("PARALLEL_SAVER_PYTHON", "python3");
  }
}
