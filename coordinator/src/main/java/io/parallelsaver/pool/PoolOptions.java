package io.parallelsaver.pool;

import io.parallelsaver.resident.PoolDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a pool is made.
 *
 * @param workers number of worker processes
 * @param sharedMemory where the run directory goes, normally {@code /dev/shm}
 * @param chunkSize most bytes that are staged for one job, a multiple of 4096
 * @param localBytes a call that moves at most so many bytes is done by threads of the coordinator as long as no worker is up; one that
 *     moves more begins so. 0: workers do everything
 * @param stallTimeout a worker without a sign of life for so long is killed, and its jobs are done by others: 1 s to 1 h. One that comes no
 *     further with a job gets ten times as long
 * @param workerMain main class of a worker, and arguments that follow the usual ones
 * @param residents whose workers are used instead of own ones; null for own ones
 */
public record PoolOptions(
    int workers,
    Path sharedMemory,
    int chunkSize,
    long localBytes,
    Duration stallTimeout,
    List<String> workerMain,
    Residents residents) {
  /**
   * Resident workers, which serve many coordinators and are there before them.
   *
   * @param pool their directory
   * @param orSpawn whether own workers are started if there are none; else that is an error
   */
  public record Residents(PoolDirectory pool, boolean orSpawn) {}

  /** Jobs large enough for a device to work well, small enough to spread one array over many workers. */
  public static final int CHUNK_SIZE = 4 << 20;

  /** What is moved in about the time that workers take to start: starting them for less does not pay. */
  public static final long LOCAL_BYTES = 2L << 30;

  /** What is moved in about the time that it takes this JVM to open queues to resident workers: they gain nothing on less. */
  private static final long RESIDENT_LOCAL_BYTES = 1L << 30;

  /** Long enough for a machine that is short of everything; a stopped process is rare, and costs this time once. */
  public static final Duration STALL_TIMEOUT = Duration.ofSeconds(30);

  private static final Duration SHORTEST_STALL = Duration.ofSeconds(1);
  private static final Duration LONGEST_STALL = Duration.ofHours(1);
  private static final int MOST_WORKERS = 256;
  private static final int BLOCK = 4096;

  /** A job that nothing is staged for may have so many chunks. */
  private static final int MOST_CHUNKS = 16;

  /** So many jobs for each worker leave none without work at the end. */
  private static final int JOBS_PER_WORKER = 32;

  private static final String WORKER_MAIN = "io.parallelsaver.worker.WorkerMain";

  public PoolOptions {
    if (workers < 1 || workers > MOST_WORKERS) {
      throw new IllegalArgumentException(
          "workers must be 1 to " + MOST_WORKERS + ", found " + workers);
    }
    if (chunkSize < 4096 || chunkSize > CHUNK_SIZE || chunkSize % 4096 != 0) {
      throw new IllegalArgumentException(
          "chunk size must be a multiple of 4096 up to " + CHUNK_SIZE + ", found " + chunkSize);
    }
    if (localBytes < 0) {
      throw new IllegalArgumentException("local bytes must be 0 or more, found " + localBytes);
    }
    if (stallTimeout.compareTo(SHORTEST_STALL) < 0 || stallTimeout.compareTo(LONGEST_STALL) > 0) {
      throw new IllegalArgumentException(
          "stall timeout must be 1 s to 1 h, found " + stallTimeout.toMillis() + " ms");
    }
    workerMain = List.copyOf(workerMain);
  }

  /** A worker for each processor, in {@code /dev/shm}. */
  public static PoolOptions defaults() {
    int workers = Math.min(MOST_WORKERS, Runtime.getRuntime().availableProcessors());
    return new PoolOptions(
        workers,
        Path.of("/dev/shm"),
        CHUNK_SIZE,
        LOCAL_BYTES,
        STALL_TIMEOUT,
        List.of(WORKER_MAIN),
        null);
  }

  /**
   * Most bytes of a job whose bytes stand in files: the more there is to do, the larger, since such a job costs the coordinator the same
   * whatever its size.
   *
   * @param total bytes of all jobs
   * @return a multiple of 4096, at least {@link #chunkSize}
   */
  public int regionSize(long total) {
    long share = total / ((long) JOBS_PER_WORKER * workers) / BLOCK * BLOCK;
    return (int) Math.max(chunkSize, Math.min(share, (long) MOST_CHUNKS * chunkSize));
  }

  public PoolOptions withWorkers(int count) {
    return new PoolOptions(
        count, sharedMemory, chunkSize, localBytes, stallTimeout, workerMain, residents);
  }

  public PoolOptions withSharedMemory(Path directory) {
    return new PoolOptions(
        workers, directory, chunkSize, localBytes, stallTimeout, workerMain, residents);
  }

  public PoolOptions withChunkSize(int bytes) {
    return new PoolOptions(
        workers, sharedMemory, bytes, localBytes, stallTimeout, workerMain, residents);
  }

  public PoolOptions withLocalBytes(long bytes) {
    return new PoolOptions(
        workers, sharedMemory, chunkSize, bytes, stallTimeout, workerMain, residents);
  }

  public PoolOptions withStallTimeout(Duration timeout) {
    return new PoolOptions(
        workers, sharedMemory, chunkSize, localBytes, timeout, workerMain, residents);
  }

  /** Workers that are there already, or null for own ones. They are reached sooner than own ones start, so less is worth it. */
  public PoolOptions withResidents(Residents other) {
    long local = other == null ? localBytes : Math.min(localBytes, RESIDENT_LOCAL_BYTES);
    return new PoolOptions(
        workers, sharedMemory, chunkSize, local, stallTimeout, workerMain, other);
  }

  /** Another worker main on the class path: how tests stop a worker at a named point. */
  public PoolOptions withWorkerMain(String mainClass, String... arguments) {
    List<String> main = new ArrayList<>(List.of(mainClass));
    main.addAll(List.of(arguments));
    return new PoolOptions(
        workers, sharedMemory, chunkSize, localBytes, stallTimeout, main, residents);
  }
}
