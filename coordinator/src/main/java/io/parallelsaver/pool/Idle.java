package io.parallelsaver.pool;

import java.util.concurrent.locks.LockSupport;

/** Waits a little, then longer: queues have no wake-up across processes, and a spinning coordinator would take a worker's core. */
final class Idle {
  private static final long SHORTEST_NANOS = 20_000;
  private static final long LONGEST_NANOS = 500_000;

  private long nanos = SHORTEST_NANOS;

  void reset() {
    nanos = SHORTEST_NANOS;
  }

  void pause() {
    LockSupport.parkNanos(nanos);
    nanos = Math.min(nanos * 2, LONGEST_NANOS);
  }
}
