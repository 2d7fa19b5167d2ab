package io.parallelsaver.pool;

import io.parallelsaver.job.CallFiles;
import io.parallelsaver.job.Job;
import io.parallelsaver.job.Receipt;

/** The jobs of one call, and what to make of the answers. Used by one thread. */
public interface JobFeed {
  /**
   * The next job that can be done now, or null if none is ready yet or none is left.
   *
   * @throws io.parallelsaver.error.SaverException to end the call
   */
  Job poll();

  /** All files that the jobs name, and the bytes of them that they may touch. */
  CallFiles files();

  /** How much there is to do, as so many bytes to be copied. */
  long weight();

  /** Whether {@link #poll} has given out the last job. */
  boolean exhausted();

  /**
   * Takes the answer to a job, once for each job.
   *
   * @throws io.parallelsaver.error.SaverException to end the call
   */
  void answered(Job job, Receipt receipt);

  /** The arrays a job works on, for a message to the user. */
  String subject(Job job);
}
