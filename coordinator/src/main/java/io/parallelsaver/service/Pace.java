package io.parallelsaver.service;

import java.util.concurrent.TimeUnit;

/** Whether a lane comes on. Idle ones do; one at work must move bytes, and may take longer to bring them to the device. */
final class Pace {
  /** Longer than workers that stall are waited for. */
  private static final long MOVING_NANOS = TimeUnit.MINUTES.toNanos(6);

  /** What the page cache holds may take long to be written. */
  private static final long FINISHING_NANOS = TimeUnit.MINUTES.toNanos(15);

  private boolean working;
  private boolean finishing;
  private long last;

  synchronized void begin() {
    working = true;
    finishing = false;
    last = System.nanoTime();
  }

  /**
   * @param all whether all bytes have been moved, and what is left is to bring them to the device
   */
  synchronized void progress(boolean all) {
    finishing = all;
    last = System.nanoTime();
  }

  synchronized void end() {
    working = false;
    finishing = false;
  }

  synchronized boolean isFinishing() {
    return working && finishing;
  }

  boolean isHealthy() {
    return isHealthy(System.nanoTime());
  }

  synchronized boolean isHealthy(long now) {
    return !working || now - last < (finishing ? FINISHING_NANOS : MOVING_NANOS);
  }
}
