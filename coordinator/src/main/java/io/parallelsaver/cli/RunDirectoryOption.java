package io.parallelsaver.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --run-dir}. */
final class RunDirectoryOption {
  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      defaultValue = "${env:PARALLEL_SAVER_RUN_DIR:-/run/parallel-saver}",
      description =
          "Where the coordinator's socket is. PARALLEL_SAVER_RUN_DIR sets it, too; else it is /run/parallel-saver.")
  Path directory;
}
