package io.parallelsaver.worker;

import java.util.concurrent.Semaphore;

/** Who may look for a job now, and do it: the runs that one worker process works for take turns, one job each, in the order they asked. */
interface Turns {
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
  };

  /** Waits for the turn. */
  void take();

  /** Gives it to who has waited longest. */
  void pass();

  /** For several runs, of which one at a time has a job done. */
  static Turns oneByOne() {
    Semaphore one = new Semaphore(1, true);
    return new Turns() {
      @Override
      public void take() {
        one.acquireUninterruptibly();
      }

      @Override
      public void pass() {
        one.release();
      }
    };
  }
}
