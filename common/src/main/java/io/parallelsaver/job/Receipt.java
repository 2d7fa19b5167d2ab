package io.parallelsaver.job;

/**
 * What became of a job.
 *
 * @param call the job's call
 * @param number the job's number
 * @param attempt the attempt this answers; others are stale
 * @param worker who did it
 * @param nanos how long it took
 * @param outcome whether it was done
 * @param error why it failed; empty when done
 * @param crcs one CRC-32 for each checksum of the job; empty when it failed
 * @param lengths bytes of each block that a {@link Job.Kind#DEFLATE} job made; else empty
 */
public record Receipt(
    long call,
    int number,
    int attempt,
    int worker,
    long nanos,
    Outcome outcome,
    String error,
    int[] crcs,
    int[] lengths) {

  /** The receipt of a job that made no blocks. */
  public Receipt(
      long call,
      int number,
      int attempt,
      int worker,
      long nanos,
      Outcome outcome,
      String error,
      int[] crcs) {
    this(call, number, attempt, worker, nanos, outcome, error, crcs, new int[0]);
  }

  /** What became of a job, apart by what the caller can do about it. */
  public enum Outcome {
    DONE,
    /** The source is not what it should be. */
    CORRUPT,
    /** No space on the device of the target. */
    FULL,
    /** Any other failure of the file system, or of the worker. */
    FAILED
  }
}
