package io.parallelsaver.bench.growth;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;

/** What threads of this JVM have done up to now. */
record ThreadCpu(double seconds, long waits) {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /**
   * Of all living threads whose names begin so.
   *
   * @return seconds of processor time, and how often they have waited for anything or paused
   */
  static ThreadCpu of(String name) {
    long nanos = 0;
    long waits = 0;
    for (long id : THREADS.getAllThreadIds()) {
      ThreadInfo thread = THREADS.getThreadInfo(id);
      if (thread != null && thread.getThreadName().startsWith(name)) {
        nanos += Math.max(0, THREADS.getThreadCpuTime(id));
        waits += thread.getWaitedCount();
      }
    }
    return new ThreadCpu(nanos / 1e9, waits);
  }

  ThreadCpu since(ThreadCpu earlier) {
    return new ThreadCpu(seconds - earlier.seconds, waits - earlier.waits);
  }
}
