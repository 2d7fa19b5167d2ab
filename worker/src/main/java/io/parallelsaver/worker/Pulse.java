package io.parallelsaver.worker;

import io.parallelsaver.shm.WorkerTable;
import java.util.concurrent.locks.LockSupport;

/**
 * Shows in the worker table that this process runs, also while its one thread for jobs waits for a slow disk. A process that is stopped
 * has no pulse. Nor has a worker that sleeps: from that, nobody expects one.
 */
final class Pulse {
  private static final long BEAT_NANOS = 200_000_000;

  /** As for the sleep of the worker: it is woken, but no mistake in that should last for ever. */
  private static final long LONGEST_SLEEP_NANOS = 60_000_000_000L;

  private final WorkerTable table;
  private final int seat;
  private volatile boolean ended;
  private final Thread thread = new Thread(this::beat, "pulse");

  Pulse(WorkerTable table, int seat) {
    this.table = table;
    this.seat = seat;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void beat() {
    while (!ended) {
      table.beat(seat);
      LockSupport.parkNanos(table.isAsleep(seat) ? LONGEST_SLEEP_NANOS : BEAT_NANOS);
    }
  }

  /** Ends it; when this returns, it looks at the table no more. */
  void end() {
    ended = true;
    while (thread.isAlive()) {
      LockSupport.unpark(thread);
      LockSupport.parkNanos(100_000);
    }
  }

  /** Beats again after a sleep. Call when the table says that the worker is awake. */
  void wake() {
    LockSupport.unpark(thread);
  }
}
