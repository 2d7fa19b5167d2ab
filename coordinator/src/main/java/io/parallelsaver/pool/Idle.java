package io.parallelsaver.pool;

import java.util.concurrent.locks.LockSupport;

/**
 * Waits for receipts: queues have no wake-up across processes, and a coordinator that looks all the time takes a worker's core. How long
 * it may look away follows from how long the jobs before have taken.
 */
final class Idle {
  private static final long SHORTEST_NANOS = 20_000;
  private static final long LONGEST_NANOS = 500_000;

  /** A worker that dies is missed no longer than that. */
  private static final long LONGEST_AHEAD_NANOS = 2_000_000;

  /** A new job counts for so much of what is expected of the next. */
  private static final int MEMORY = 8;

  private long nanos = SHORTEST_NANOS;
  private long perJob;

  /** Takes note of how long a job took. */
  void jobDone(long took) {
    perJob += (took - perJob) / MEMORY;
  }

  /** There was something to do, and may be more. */
  void reset() {
    nanos = SHORTEST_NANOS;
  }

  /** Waits, longer from time to time. */
  void pause() {
    LockSupport.parkNanos(next(0));
  }

  /**
   * Waits likewise, but at least half the time for which workers have something to do.
   *
   * @param jobs that are out
   * @param workers that do them
   */
  void pause(int jobs, int workers) {
    LockSupport.parkNanos(next(ahead(jobs, workers)));
  }

  /** How long the next pause is, in nanoseconds. */
  long next(long least) {
    long now = Math.max(nanos, least);
    // So what comes is seen late by a sixth of the time it took, on average.
    nanos = Math.min(nanos + nanos / 2, LONGEST_NANOS);
    return now;
  }

  /** How long there is surely no need to send jobs, in nanoseconds. */
  long ahead(int jobs, int workers) {
    return Math.min(perJob * jobs / workers / 2, LONGEST_AHEAD_NANOS);
  }
}
