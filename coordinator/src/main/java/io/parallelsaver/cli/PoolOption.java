package io.parallelsaver.cli;

import java.nio.file.Path;

/** {@code --pool}. */
final class PoolOption {
  Path directory;

  PoolOption(Syntax syntax) {
    syntax
        .option("--pool", "DIR", Path.class, value -> directory = value)
        .description(
            "Directory of the resident workers. PARALLEL_SAVER_POOL sets it, too; else it is /run/parallel-saver.")
        .defaultValue("/run/parallel-saver");
  }
}
