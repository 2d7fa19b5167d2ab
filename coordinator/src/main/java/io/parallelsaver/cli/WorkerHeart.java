package io.parallelsaver.cli;

import io.parallelsaver.systemd.Notifier;
import io.parallelsaver.worker.ResidentWorker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells systemd how a resident worker is: for whom it works, and that it comes on with its jobs. */
final class WorkerHeart {
  /** A job moves at most 64 MiB. Coordinators lose their patience before. */
  private static final long LONGEST_JOB_NANOS = TimeUnit.MINUTES.toNanos(10);

  private static final Duration STATUS = Duration.ofSeconds(1);

  private final ResidentWorker worker;
  private final Notifier notifier;
  private int coordinators = -1;
  private boolean hangs;

  private WorkerHeart(ResidentWorker worker, Notifier notifier) {
    this.worker = worker;
    this.notifier = notifier;
  }

  /** Says that the worker is ready, and goes on to tell of it until the process ends. Nothing, if nobody listens. */
  static void start(ResidentWorker worker, Notifier notifier) {
    if (!notifier.isPresent()) {
      return;
    }
    WorkerHeart heart = new WorkerHeart(worker, notifier);
    // A third is left for a machine that is short of everything.
    Duration third = notifier.watchdogInterval().map(each -> each.dividedBy(3)).orElse(STATUS);
    long pause = Math.min(third.toNanos(), STATUS.toNanos());
    notifier.ready();
    Thread thread = new Thread(() -> heart.beat(pause), "heart");
    thread.setDaemon(true);
    thread.start();
  }

  private void beat(long pause) {
    while (true) {
      status(worker.coordinators());
      boolean comesOn = worker.atOneJobNanos() < LONGEST_JOB_NANOS;
      if (comesOn) {
        notifier.watchdog();
      } else if (!hangs) {
        log().error("a job does not come on; the watchdog is told no more");
      }
      hangs = !comesOn;
      LockSupport.parkNanos(pause);
    }
  }

  private void status(int now) {
    if (now != coordinators) {
      coordinators = now;
      notifier.status(now == 0 ? "idle" : "works for " + Summary.count(now, "coordinator"));
    }
  }

  private static Logger log() {
    return LoggerFactory.getLogger(WorkerHeart.class);
  }
}
