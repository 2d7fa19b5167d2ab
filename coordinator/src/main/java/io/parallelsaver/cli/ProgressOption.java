package io.parallelsaver.cli;

import java.io.PrintWriter;

/** {@code --progress}. */
final class ProgressOption {
  /** Columns of the terminal that standard error is; the launcher sets it if there is one. */
  private static final int TERMINAL = Integer.getInteger("parallelsaver.terminal", 0);

  private static final int PIPE_COLUMNS = 80;
  private static final long PATIENCE_NANOS = 1_000_000_000L;

  /** When a bar is shown. */
  enum When {
    AUTO,
    ALWAYS,
    NEVER
  }

  private final Syntax syntax;
  When when;

  ProgressOption(Syntax syntax) {
    this.syntax = syntax;
    syntax
        .option("--progress", "auto|always|never", When.class, value -> when = value)
        .description(
            "Show a bar on standard error: auto shows it on a terminal, when work takes longer than a second.")
        .defaultValue("auto");
  }

  /** A bar for one call. */
  Progress start(String task) {
    return start(when, task, syntax.line().getErr(), TERMINAL, PATIENCE_NANOS);
  }

  /**
   * @param terminal columns of the terminal; 0 if there is none
   * @param patienceNanos time until a bar appears by itself
   */
  static Progress start(When when, String task, PrintWriter to, int terminal, long patienceNanos) {
    return switch (when) {
      case NEVER -> Progress.none();
      case ALWAYS -> new Progress(task, to, terminal > 0 ? terminal : PIPE_COLUMNS, 0);
      case AUTO -> new Progress(task, to, terminal, patienceNanos);
    };
  }
}
