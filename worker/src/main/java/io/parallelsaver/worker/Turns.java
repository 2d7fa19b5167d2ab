package io.parallelsaver.worker;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** Who may look for a job now, and do it: the runs that one worker process works for take turns, one job each, in the order they asked. */
interface Turns {
  /** No time that the clock shows: nobody has the turn. */
  long FREE = Long.MIN_VALUE;

  /** For one that works for one run only. */
  Turns ALWAYS = new Turns() {
    @Override
    public void take() {
      // Nobody else is there.
    }

    @Override
    public void pass() {
      // Nobody waits.
    }

    @Override
    public long heldNanos() {
      return 0;
    }
  };

  /** Waits for the turn. */
  void take();

  /** Gives it to who has waited longest. */
  void pass();

  /** How long the turn has been somebody's now, in nanoseconds; 0 if it is nobody's. */
  long heldNanos();

  /** For several runs, of which one at a time has a job done. */
  static Turns oneByOne() {
    Semaphore one = new Semaphore(1, true);
    AtomicLong since = new AtomicLong(FREE);
    return new Turns() {
      @Override
      public void take() {
        one.acquireUninterruptibly();
        since.set(System.nanoTime());
      }

      @Override
      public void pass() {
        since.set(FREE);
        one.release();
      }

      @Override
      public long heldNanos() {
        long start = since.get();
        return start == FREE ? 0 : System.nanoTime() - start;
      }
    };
  }
}
