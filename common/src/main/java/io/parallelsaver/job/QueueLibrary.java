package io.parallelsaver.job;

import net.openhft.posix.PosixAPI;

/** Chronicle Queue as a whole, for processes that are our own. */
public final class QueueLibrary {
  private QueueLibrary() {}

  /**
   * Keeps it from loading its native calls, which it would at once and which is a fifth of a worker's start: queues in shared memory need none
   * of them. Before the first queue is opened, and where nobody else uses the library.
   */
  public static void withoutNativeCalls() {
    PosixAPI.useNoOpPosixApi();
  }
}
