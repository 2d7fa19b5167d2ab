package io.parallelsaver.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --run-dir}. */
final class RunDirectoryOption {
  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      defaultValue = "/run/parallel-saver",
      description =
          "Where the coordinator's socket is: /run/parallel-saver, unless given otherwise.")
  Path directory;
}
