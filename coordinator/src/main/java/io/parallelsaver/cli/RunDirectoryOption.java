package io.parallelsaver.cli;

import java.nio.file.Path;

/** {@code --run-dir}. */
final class RunDirectoryOption {
  Path directory;

  RunDirectoryOption(Syntax syntax) {
    syntax
        .option("--run-dir", "DIR", Path.class, value -> directory = value)
        .description(
            "Where the coordinator's socket is: /run/parallel-saver, unless given otherwise.")
        .defaultValue("/run/parallel-saver");
  }
}
