package io.parallelsaver.output;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Forces what is written of a file to its device while more of it comes, so that little is left to be waited for at its end; and sees how long the
 * device takes.
 */
public final class Writeback {
  /** Often enough that the device is never idle, seldom enough that the file system's journal does not show. */
  static final long STEP = 64 << 20;

  /** About what a copy into the page cache costs: who waits for a device that takes longer had better make one. */
  static final double SLOW_NANOS_PER_BYTE = 0.2e9 / (1 << 30);

  private final Force force;
  private final LongSupplier nanos;
  private CompletableFuture<Void> running = CompletableFuture.completedFuture(null);
  private long begun;
  private volatile boolean slow;
  private volatile IOException failure;

  /** Forces all that is written of a file to its device. */
  interface Force {
    void run() throws IOException;
  }

  Writeback(Force force) {
    this(force, System::nanoTime);
  }

  /**
   * @param nanos a clock
   */
  Writeback(Force force, LongSupplier nanos) {
    this.force = force;
    this.nanos = nanos;
  }

  /**
   * Begins to force what is there, if there is enough of it and no other force is under way. For one thread.
   *
   * @param done bytes of the file that are written so far
   */
  public void written(long done) {
    long fresh = done - begun;
    if (fresh < STEP || !running.isDone() || failure != null) {
      return;
    }
    begun = done;
    running = CompletableFuture.runAsync(() -> force(fresh), Writeback::start);
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "parallel-saver-force");
    thread.setDaemon(true);
    thread.start();
  }

  private void force(long bytes) {
    long start = nanos.getAsLong();
    try {
      force.run();
    } catch (IOException e) {
      failure = e;
    }
    slow |= nanos.getAsLong() - start > bytes * SLOW_NANOS_PER_BYTE;
  }

  /**
   * Whether the device keeps bytes in a cache of its own, and takes long to empty that. What is written past the page cache then waits for it, and
   * what is written through the page cache does not.
   */
  public boolean isSlow() {
    return slow;
  }

  /**
   * Waits until nothing is forced any more.
   *
   * @throws IOException if something could not be: the kernel says so once, and what is forced later succeeds all the same
   */
  void await() throws IOException {
    running.join();
    if (failure != null) {
      throw failure;
    }
  }
}
