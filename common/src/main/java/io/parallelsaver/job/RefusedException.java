package io.parallelsaver.job;

import java.io.IOException;

/** A job names what the plan of its call does not grant: its excerpt was damaged, or is not from the coordinator. */
public final class RefusedException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * @param what what the job names, and what its plan grants
   */
  public RefusedException(String what) {
    super("job refused: it names " + what
        + "; the run's job queue is damaged, or somebody else has written to it");
  }
}
