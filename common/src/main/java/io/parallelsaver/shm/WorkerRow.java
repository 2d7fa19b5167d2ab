package io.parallelsaver.shm;

/**
 * A row of a {@link WorkerTable} as it was at one moment.
 *
 * @param seat where the worker sits
 * @param worker its id
 * @param pid its process id; 0 until it is ready
 * @param ready whether it has come up
 * @param asleep whether it sleeps until it is woken
 * @param call number of the call of the job it is at
 * @param job number of that job in its call; -1 when it has none
 * @param jobs jobs it has done
 * @param bytes bytes it has moved in them
 */
public record WorkerRow(
    int seat,
    int worker,
    long pid,
    boolean ready,
    boolean asleep,
    long call,
    long job,
    long jobs,
    long bytes) {

  /** What it does, in one word. */
  public State state() {
    if (!ready) {
      return State.STARTING;
    } else if (job >= 0) {
      return State.BUSY;
    }
    return asleep ? State.ASLEEP : State.IDLE;
  }

  /** What a worker does. */
  public enum State {
    STARTING,
    BUSY,
    /** It looks for jobs. */
    IDLE,
    /** It waits to be woken. */
    ASLEEP
  }
}
