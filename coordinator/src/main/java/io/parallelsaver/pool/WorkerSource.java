package io.parallelsaver.pool;

import io.parallelsaver.shm.RunDirectory;
import java.io.IOException;

/** Where the workers of a pool come from. */
interface WorkerSource {
  /** Most workers there can be at a time. */
  int seats();

  /** Whether they come and go by themselves, so that a seat may be empty. */
  boolean comeAndGo();

  /**
   * Gets one.
   *
   * @param seat row of the worker table that is its own
   * @param id its id in the run
   * @return null if none can be had now
   */
  Link hire(RunDirectory run, int seat, int id) throws IOException;

  /** Why none could be had, for people. */
  String shortage();

  /** No more will be wanted. */
  void end();
}
