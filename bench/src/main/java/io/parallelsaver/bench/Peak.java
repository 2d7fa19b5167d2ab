package io.parallelsaver.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The most of something that goes up and down, as seen by a thread that looks at it again and again. */
public final class Peak implements AutoCloseable {
  private final LongSupplier level;
  private final long periodMillis;
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "peak");
  private long most;

  private Peak(LongSupplier level, long periodMillis) {
    this.level = level;
    this.periodMillis = periodMillis;
    thread.setDaemon(true);
    thread.start();
  }

  /** Looks at once, then every so many milliseconds. */
  public static Peak watch(LongSupplier level, long periodMillis) {
    return new Peak(level, periodMillis);
  }

  private void run() {
    try {
      do {
        most = Math.max(most, level.getAsLong());
      } while (!end.await(periodMillis, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Stops looking. Returns the most that was seen. */
  public long stop() {
    close();
    return most;
  }

  @Override
  public void close() {
    end.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
