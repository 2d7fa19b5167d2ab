package io.parallelsaver.pool;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.shm.Gate;
import io.parallelsaver.shm.RunDirectory;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a pool with its JVM, by a signal or {@code System.exit}: on another thread, in the middle of whatever goes on, nothing of the
 * pool may stay. It is registered before there is anything to remove; what begins afterwards passes the run's {@link Gate}.
 */
final class Abandonment {
  /** Whoever has not ended by then waits in the kernel, for a file system that does not answer. */
  private static final long END_MILLIS = 5_000;

  private final RunDirectory run;
  private final Supplier<List<Worker>> workers;
  private final Supplier<LocalTransfers> local;
  private final Thread hook = new Thread(this::abandon, "parallel-saver-abandon");

  /**
   * Registers it.
   *
   * @param run need not be there yet
   * @param workers as they are at any time
   * @param local threads that do jobs in this process; null if there are none
   * @throws SaverException if the JVM is going down already
   */
  Abandonment(RunDirectory run, Supplier<List<Worker>> workers, Supplier<LocalTransfers> local) {
    this.run = run;
    this.workers = workers;
    this.local = local;
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      throw new SaverException("the JVM is going down", e);
    }
  }

  /** Takes it back: there is nothing left that it could remove. */
  void cancel() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      log().debug("the JVM is going down already");
    }
  }

  private void abandon() {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
    run.gate().shut();
    workers.get().forEach(Worker::abandon);
    boolean over = run.gate().await(left(end));
    // The step that was under way may have started another.
    List<Worker> last = workers.get();
    last.forEach(Worker::abandon);
    LocalTransfers threads = local.get();
    over &= threads == null || threads.stop(left(end));
    for (Worker worker : last) {
      over &= worker.awaitExit(left(end));
    }
    try {
      if (over) {
        run.abandon();
      } else {
        // Where they hang, this would hang too. What they hold has no name that anybody would take
        // for a result.
        log()
            .warn(
                "a file system does not answer; what is unfinished there is removed by the next start, or by 'parallel-saver clean'");
        run.abandonMemory();
      }
    } catch (IOException e) {
      log().warn("cannot remove {}: {}", run.path(), e.toString());
    }
  }

  private static long left(long end) {
    return Math.max(0, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
  }

  /** Asked for when there is something to say: the first logger of a JVM takes a tenth of a second. */
  private static Logger log() {
    return LoggerFactory.getLogger(Abandonment.class);
  }
}
