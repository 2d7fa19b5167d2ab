package io.parallelsaver.cli;

import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import java.time.Duration;
import picocli.CommandLine.ParameterException;

/** Which workers, and where they share memory. */
final class WorkerOptions {
  /** What one worker does in less time than a second one takes to start. */
  private static final long ONE_WORKER_BYTES = 1 << 20;

  private final Syntax syntax;
  Integer workers;
  int stallSeconds;
  boolean attach;
  boolean orSpawn;
  final PoolOption pool;
  final SharedMemoryOption sharedMemory;

  WorkerOptions(Syntax syntax) {
    this.syntax = syntax;
    syntax
        .option("--workers", "N", Integer.class, value -> workers = value)
        .description(
            "Worker processes: 1 to 256. Unless given, one for each processor, one alone for less than 1 MiB, and none where up to 2 GiB are moved sooner than they could start.");
    syntax
        .option("--stall-timeout", "SECONDS", int.class, value -> stallSeconds = value)
        .description(
            "A worker without a sign of life for so long is killed, and others do its work: 1 to 3600, 30 unless given.")
        .defaultValue("30");
    syntax
        .flag("--attach", value -> attach = value)
        .description(
            "Use the resident workers of this host (parallel-saver worker) instead of starting own ones.");
    syntax
        .flag("--or-spawn", value -> orSpawn = value)
        .description("With --attach: if no resident worker is there, say so and start own ones.");
    pool = new PoolOption(syntax);
    sharedMemory = new SharedMemoryOption(syntax);
  }

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
      throw new ParameterException(syntax.line(), "--workers: " + e.getMessage(), e);
    }
  }

  private SaverOptions attached(SaverOptions options) {
    if (orSpawn && !attach) {
      throw new ParameterException(syntax.line(), "--or-spawn goes with --attach");
    }
    return attach ? options.withResidents(pool.directory, orSpawn) : options;
  }

  private SaverOptions withStallTimeout(SaverOptions options) {
    try {
      return options.withPool(options.pool().withStallTimeout(Duration.ofSeconds(stallSeconds)));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(syntax.line(), "--stall-timeout: " + e.getMessage(), e);
    }
  }

  /** A saver whose workers start at once, unless so few bytes may be moved without them. */
  static Saver open(SaverOptions options, long bytes) {
    return bytes <= options.pool().localBytes() ? Saver.openLazily(options) : Saver.open(options);
  }
}
