package io.parallelsaver.cli;

import java.nio.file.Path;

/** {@code --shared-memory}. */
final class SharedMemoryOption {
  Path directory;

  SharedMemoryOption(Syntax syntax) {
    syntax
        .option("--shared-memory", "DIR", Path.class, value -> directory = value)
        .description(
            "Where the processes share memory: a tmpfs. PARALLEL_SAVER_SHM sets it, too; else it is /dev/shm.")
        .defaultValue("/dev/shm");
  }
}
