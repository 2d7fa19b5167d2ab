package io.parallelsaver.transfer;

import io.parallelsaver.job.Job;

/** The points on a job's way at which a death of the worker differs. */
public enum Milestone {
  /** The job is claimed, nothing is done. */
  CLAIMED,
  /** Some or all bytes are read, none is written. */
  READ,
  /** One more block is on its way to where it belongs; comes again and again in a long job. */
  MOVED,
  /** All bytes are written, nobody knows. */
  WRITTEN,
  /** The receipt is sent. */
  ANSWERED;

  /** Is told of each milestone, on the worker's thread. */
  public interface Listener {
    void reached(Milestone milestone, Job job);
  }
}
