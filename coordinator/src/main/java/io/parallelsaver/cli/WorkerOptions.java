package io.parallelsaver.cli;

import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --workers} and {@code --shared-memory}. */
final class WorkerOptions {
  /** What one worker does in less time than a second one takes to start. */
  private static final long ONE_WORKER_BYTES = 1 << 20;

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "Worker processes: 1 to 256. Unless given, one for each processor, one alone for less than 1 MiB, and none where up to 2 GiB are moved sooner than they could start.")
  Integer workers;

  @Mixin
  SharedMemoryOption sharedMemory;

  /**
   * The workers for a call that moves this many bytes.
   *
   * @throws ParameterException if the number of workers is out of range
   */
  SaverOptions options(long bytes) {
    SaverOptions options = SaverOptions.defaults().withSharedMemory(sharedMemory.directory);
    if (workers == null) {
      return bytes < ONE_WORKER_BYTES ? options.withWorkers(1) : options;
    }
    try {
      return options.withWorkers(workers).withLocalBytes(0);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--workers: " + e.getMessage(), e);
    }
  }

  /** A saver whose workers start at once, unless so few bytes may be moved without them. */
  static Saver open(SaverOptions options, long bytes) {
    return bytes <= options.pool().localBytes() ? Saver.openLazily(options) : Saver.open(options);
  }
}
