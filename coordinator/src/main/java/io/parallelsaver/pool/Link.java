package io.parallelsaver.pool;

/** What holds a worker to this coordinator, and tells of its end: when {@link #isAlive} is false, the worker touches no byte any more. */
interface Link {
  /** Process id of the worker. */
  long pid();

  boolean isAlive();

  /** Processor time of the worker's process, in nanoseconds; 0 if nobody can say. */
  long processorTime();

  /** Wakes it, if it sleeps. */
  void wake();

  /** Lets it go: it ends when it is done with the job it is at. */
  void hangUp();

  /** Ends its work for this run as soon as can be, whatever it is at: this process is going down. */
  void abandon();

  /** Ends the process at once, if this one may; {@link #isAlive} says when it is gone. */
  void kill();

  /** Waits until it is gone; false if it is still there after so many milliseconds. */
  boolean awaitEnd(long millis);

  /** How it is gone. */
  End end();

  /**
   * How a worker is gone.
   *
   * @param kind whether that was as it should be
   * @param words the same for people: what follows "worker 3"
   */
  record End(Kind kind, String words) {
    enum Kind {
      /** In good order, with no job in its hands. */
      LEFT,
      /** By a signal that ends all processes of a terminal's command. */
      SIGNAL,
      /** It has found no room in shared memory. */
      FULL,
      /** Otherwise. */
      DIED
    }
  }
}
