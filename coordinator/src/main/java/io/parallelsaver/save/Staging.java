package io.parallelsaver.save;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.job.Job;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Makes jobs ready on threads of its own, while the caller's thread serves the workers; small ones on that. */
final class Staging {
  /** So many bytes are copied before another thread is awake. */
  private static final int FEW = 64 << 10;

  private final Executor threads;
  private final int most;
  private final ConcurrentLinkedQueue<Ready> ready = new ConcurrentLinkedQueue<>();
  private int inFlight;

  private record Ready(Job job, RuntimeException failure) {}

  /**
   * @param most jobs in the making at once
   */
  Staging(Executor threads, int most) {
    this.threads = threads;
    this.most = most;
  }

  boolean hasRoom() {
    return inFlight < most;
  }

  /**
   * Begins to make a job.
   *
   * @param bytes how many are copied for it
   * @param subject names the arrays it is about, should it fail
   */
  void begin(int bytes, Supplier<Job> make, Supplier<String> subject) {
    inFlight++;
    Executor executor = bytes <= FEW ? Runnable::run : threads;
    executor.execute(() -> ready.add(make(make, subject)));
  }

  private static Ready make(Supplier<Job> make, Supplier<String> subject) {
    try {
      return new Ready(make.get(), null);
    } catch (SaverException e) {
      return new Ready(null, e);
    } catch (RuntimeException e) {
      return new Ready(
          null, new SaverException(subject.get() + ": cannot read its bytes: " + e, e));
    }
  }

  /** A job that is ready, or null; throws what went wrong with one. */
  Job poll() {
    Ready next = ready.poll();
    if (next == null) {
      return null;
    }
    inFlight--;
    if (next.failure() != null) {
      throw next.failure();
    }
    return next.job();
  }

  /** Waits until no thread is at it any more. */
  void drain() {
    while (inFlight > 0) {
      if (ready.poll() == null) {
        Thread.onSpinWait();
      } else {
        inFlight--;
      }
    }
  }
}
