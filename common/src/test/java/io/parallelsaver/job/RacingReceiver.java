package io.parallelsaver.job;

import io.parallelsaver.job.JobReceiver.Found;
import java.io.IOException;
import java.nio.file.Path;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;

/** A process that claims jobs until a call ends, and then prints their numbers. */
final class RacingReceiver {
  private RacingReceiver() {}

  /**
   * @param arguments queue, worker id, and {@code wait} to read nothing before standard input ends
   */
  public static void main(String[] arguments) throws IOException {
    boolean[] ended = new boolean[1];
    StringJoiner numbers = new StringJoiner(" ");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    try (JobReceiver receiver = new JobReceiver(
        Path.of(arguments[0]), Integer.parseInt(arguments[1]), call -> ended[0] = true)) {
      if (arguments.length == 2 && receiver.next() != Found.NOTHING) {
        throw new IllegalStateException("the race has begun without me");
      }
      System.out.println("ready");
      if (arguments.length > 2) {
        System.in.readAllBytes();
      }
      while (!ended[0]) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("the call does not end");
        }
        switch (receiver.next()) {
          case JOB -> numbers.add(Integer.toString(receiver.job().number()));
          case NOTHING -> Thread.yield();
          case PASSED -> {}
        }
      }
    }
    System.out.println("claimed");
    System.out.println(numbers);
  }
}
