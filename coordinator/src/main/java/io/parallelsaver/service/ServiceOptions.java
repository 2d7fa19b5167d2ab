package io.parallelsaver.service;

import io.parallelsaver.SaverOptions;
import io.parallelsaver.pool.PoolOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How the daemon works.
 *
 * @param runDirectory where its socket is; who may enter it may submit
 * @param stateDirectory where its journal is, on a disk
 * @param roots directories below which requests may name files
 * @param saver how each lane's saver works, but for what a request says itself
 * @param parallel requests at a time: 1 to 64
 * @param queue most requests that wait
 * @param sharedMemory bytes of shared memory that the requests at work may need together
 * @param keep so many requests that have ended are remembered
 * @param keepFor for so long
 * @param grace at the end of the daemon, requests at work may go on for so long before they are stopped
 */
public record ServiceOptions(
    Path runDirectory,
    Path stateDirectory,
    List<Path> roots,
    SaverOptions saver,
    int parallel,
    int queue,
    long sharedMemory,
    int keep,
    Duration keepFor,
    Duration grace) {
  /** Most requests at a time. */
  public static final int MOST_PARALLEL = 64;

  /** What the queues and tables of one process may come to. */
  private static final long CONTROL = 1 << 20;

  private static final int SLOTS_PER_WORKER = 2;

  public ServiceOptions {
    roots = List.copyOf(roots);
    if (roots.isEmpty()) {
      throw new IllegalArgumentException("there must be a root: no request could name any file");
    }
    if (parallel < 1 || parallel > MOST_PARALLEL) {
      throw new IllegalArgumentException(
          "requests at a time must be 1 to " + MOST_PARALLEL + ", found " + parallel);
    }
    if (queue < 1) {
      throw new IllegalArgumentException(
          "at least one request must be able to wait, found " + queue);
    }
    long most = memory(saver.pool(), Long.MAX_VALUE);
    if (sharedMemory < most) {
      throw new IllegalArgumentException("a budget of " + sharedMemory
          + " bytes of shared memory is less than one large request may need with "
          + saver.pool().workers() + " workers, " + most + "; raise it, or take fewer workers");
    }
  }

  /** Bytes of shared memory that a request which moves so many bytes may need. */
  long memory(long bytes) {
    return memory(saver.pool(), bytes);
  }

  private static long memory(PoolOptions pool, long bytes) {
    long slots = SLOTS_PER_WORKER * (long) pool.workers() + 2;
    long most = slots * pool.chunkSize();
    // What is deflated is there twice.
    return CONTROL * (pool.workers() + 1) + (bytes > most / 2 ? most : 2 * bytes);
  }

  /** What one large request may need. */
  public static long largest(PoolOptions pool) {
    return memory(pool, Long.MAX_VALUE);
  }

  Path socket() {
    return socket(runDirectory);
  }

  static Path socket(Path runDirectory) {
    return runDirectory.resolve("coordinator.sock");
  }
}
