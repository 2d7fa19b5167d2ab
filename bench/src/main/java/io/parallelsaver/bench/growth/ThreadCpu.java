package io.parallelsaver.bench.growth;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;

/** Processor time of threads of this JVM. */
final class ThreadCpu {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private ThreadCpu() {}

  /** Seconds up to now of all living threads whose names begin so. */
  static double seconds(String name) {
    long nanos = 0;
    for (long id : THREADS.getAllThreadIds()) {
      ThreadInfo thread = THREADS.getThreadInfo(id);
      if (thread != null && thread.getThreadName().startsWith(name)) {
        nanos += Math.max(0, THREADS.getThreadCpuTime(id));
      }
    }
    return nanos / 1e9;
  }
}
