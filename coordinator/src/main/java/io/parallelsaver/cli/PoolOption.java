package io.parallelsaver.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --pool}. */
final class PoolOption {
  @Option(
      names = "--pool",
      paramLabel = "DIR",
      defaultValue = "/run/parallel-saver",
      description =
          "Directory of the resident workers. PARALLEL_SAVER_POOL sets it, too; else it is /run/parallel-saver.")
  Path directory;
}
