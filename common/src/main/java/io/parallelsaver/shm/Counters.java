package io.parallelsaver.shm;

import java.util.Arrays;

/**
 * What a coordinator has done since it began.
 *
 * @param bytesWritten bytes of arrays that saves, conversions and repairs have moved
 * @param bytesRead bytes of arrays that the other calls have moved
 * @param callsDone calls that were done, by ordinal of their {@link CallKind}
 * @param callsFailed calls that failed, likewise
 * @param errors calls that failed, by ordinal of their {@link ErrorKind}
 * @param workersReplaced workers that died and were replaced
 * @param jobNanos how long all jobs that were done took together
 * @param jobs how many of them took up to 2^i ms and more than 2^(i-1) ms, i from 0; the last number is of all longer ones
 */
public record Counters(
    long bytesWritten,
    long bytesRead,
    long[] callsDone,
    long[] callsFailed,
    long[] errors,
    long workersReplaced,
    long jobNanos,
    long[] jobs) {

  /** Of a coordinator that has done nothing. */
  public static final Counters ZERO = new Counters(
      0,
      0,
      new long[CallKind.values().length],
      new long[CallKind.values().length],
      new long[ErrorKind.values().length],
      0,
      0,
      new long[RunStatus.BINS]);

  /** What two have done together. */
  public Counters plus(Counters other) {
    return new Counters(
        bytesWritten + other.bytesWritten,
        bytesRead + other.bytesRead,
        sum(callsDone, other.callsDone),
        sum(callsFailed, other.callsFailed),
        sum(errors, other.errors),
        workersReplaced + other.workersReplaced,
        jobNanos + other.jobNanos,
        sum(jobs, other.jobs));
  }

  /** Calls of all kinds that were done. */
  public long done() {
    return Arrays.stream(callsDone).sum();
  }

  /** Calls of all kinds that failed. */
  public long failed() {
    return Arrays.stream(callsFailed).sum();
  }

  /** Jobs that were done. */
  public long jobCount() {
    return Arrays.stream(jobs).sum();
  }

  /** The longest time, in seconds, of the jobs that a number of {@link #jobs} is of; infinite for the last one. */
  public static double jobSeconds(int bin) {
    return bin == RunStatus.BINS - 1 ? Double.POSITIVE_INFINITY : (1L << bin) / 1e3;
  }

  private static long[] sum(long[] one, long[] other) {
    long[] sum = one.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other[i];
    }
    return sum;
  }
}
