package io.parallelsaver.cli;

import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which workers, and where they share memory. */
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

  @Option(
      names = "--stall-timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "A worker without a sign of life for so long is killed, and others do its work: 1 to 3600, 30 unless given.")
  int stallSeconds;

  @Option(
      names = "--attach",
      description =
          "Use the resident workers of this host (parallel-saver worker) instead of starting own ones.")
  boolean attach;

  @Option(
      names = "--or-spawn",
      description = "With --attach: if no resident worker is there, say so and start own ones.")
  boolean orSpawn;

  @Mixin
  PoolOption pool;

  @Mixin
  SharedMemoryOption sharedMemory;

  /**
   * The workers for a call that moves this many bytes.
   *
   * @throws ParameterException if the number of workers is out of range
   */
  SaverOptions options(long bytes) {
    SaverOptions options = attached(
        withStallTimeout(SaverOptions.defaults().withSharedMemory(sharedMemory.directory)));
    if (workers == null) {
      return bytes < ONE_WORKER_BYTES ? options.withWorkers(1) : options;
    }
    try {
      return options.withWorkers(workers).withLocalBytes(0);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--workers: " + e.getMessage(), e);
    }
  }

  private SaverOptions attached(SaverOptions options) {
    if (orSpawn && !attach) {
      throw new ParameterException(spec.commandLine(), "--or-spawn goes with --attach");
    }
    return attach ? options.withResidents(pool.directory, orSpawn) : options;
  }

  private SaverOptions withStallTimeout(SaverOptions options) {
    try {
      return options.withPool(options.pool().withStallTimeout(Duration.ofSeconds(stallSeconds)));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--stall-timeout: " + e.getMessage(), e);
    }
  }

  /** A saver whose workers start at once, unless so few bytes may be moved without them. */
  static Saver open(SaverOptions options, long bytes) {
    return bytes <= options.pool().localBytes() ? Saver.openLazily(options) : Saver.open(options);
  }
}
