package io.parallelsaver.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --shared-memory}. */
final class SharedMemoryOption {
  @Option(
      names = "--shared-memory",
      paramLabel = "DIR",
      defaultValue = "/dev/shm",
      description =
          "Where the processes share memory: a tmpfs. PARALLEL_SAVER_SHM sets it, too; else it is /dev/shm.")
  Path directory;
}
