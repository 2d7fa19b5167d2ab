package io.parallelsaver.pool;

import io.parallelsaver.shm.WorkerTable;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Looks for signs of life of one worker, and says when it has been without for too long. Three things are signs, each for its time:
 *
 * <ul>
 *   <li>while the process comes up, processor time: a machine that is busy gives it little, but some;
 *   <li>then the pulse of a thread that does nothing else, unless the worker sleeps, from which nobody expects one: a write that takes
 *       long is none of its business;
 *   <li>while a job is held, steps of the job. That is what a worker lacks that waits for ever in the middle of it, and so does one
 *       whose disk does not answer: it gets {@value #PATIENCE} times as long.
 * </ul>
 *
 * <p>Time counts while the coordinator looks: when both were stopped, by Ctrl-Z or with the machine, nobody is late.
 */
final class Vigil {
  private static final int PATIENCE = 10;
  private static final int LOOKS = 20;
  private static final long LONGEST_LOOK_NANOS = 500_000_000;

  private final WorkerTable table;
  private final int seat;
  private final LongSupplier processorTime;
  private final long limit;
  private long silent;
  private long still;
  private long used;
  private int beats;
  private int steps;

  /**
   * @param processorTime of the worker's process, in nanoseconds
   * @param limit how long a worker may be without a sign of life
   */
  Vigil(WorkerTable table, int seat, LongSupplier processorTime, Duration limit) {
    this.table = table;
    this.seat = seat;
    this.processorTime = processorTime;
    this.limit = limit.toNanos();
  }

  /** Nanoseconds from one look to the next. */
  static long interval(Duration limit) {
    return Math.min(limit.toNanos() / LOOKS, LONGEST_LOOK_NANOS);
  }

  /**
   * Looks.
   *
   * @param passed nanoseconds since the last look
   * @return what is wrong, or null while it lives
   */
  String look(long passed) {
    boolean ready = table.isReady(seat);
    silent = (ready ? hasPulse() : getsProcessorTime()) ? 0 : silent + passed;
    still = !ready || hasStepped() || !table.isBusy(seat) ? 0 : still + passed;
    if (silent > limit) {
      return "showed no sign of life for " + seconds(limit)
          + (ready ? "" : " while it came up")
          + ": its process is stopped";
    }
    if (still > PATIENCE * limit) {
      return "came no further with its job for " + seconds(PATIENCE * limit);
    }
    return null;
  }

  private boolean hasPulse() {
    int before = beats;
    beats = table.beats(seat);
    return beats != before || table.isAsleep(seat);
  }

  private boolean getsProcessorTime() {
    long before = used;
    used = processorTime.getAsLong();
    return used != before;
  }

  private boolean hasStepped() {
    int before = steps;
    steps = table.steps(seat);
    return steps != before;
  }

  private static String seconds(long nanos) {
    return Duration.ofNanos(nanos).toSeconds() + " s";
  }
}
