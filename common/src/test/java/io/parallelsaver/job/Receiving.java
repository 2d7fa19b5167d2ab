package io.parallelsaver.job;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.job.JobReceiver.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Receivers that wait with a bound, and take all there is. */
final class Receiving {
  private Receiving() {}

  /** The next message that is there, whatever it is. */
  static Found next(JobReceiver receiver) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    Found found = receiver.next();
    while (found == Found.NOTHING) {
      assertTrue(System.nanoTime() < deadline, "nothing comes");
      Thread.yield();
      found = receiver.next();
    }
    return found;
  }

  static List<Integer> drain(JobReceiver receiver) {
    List<Integer> numbers = new ArrayList<>();
    for (Found found = receiver.next(); found != Found.NOTHING; found = receiver.next()) {
      if (found == Found.JOB) {
        numbers.add(receiver.job().number());
      }
    }
    return numbers;
  }

  static void refuse(long call) {
    throw new AssertionError("call " + call + " has not ended");
  }
}
