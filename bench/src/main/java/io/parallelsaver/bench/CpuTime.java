package io.parallelsaver.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Seconds of processor time, of all threads, in user and kernel mode.
 *
 * @param coordinator of this JVM, or of a command with all its processes
 * @param workers of all worker processes; not a number if they cannot be told apart
 */
public record CpuTime(double coordinator, double workers) {
  /** The kernel's USER_HZ is 100 on every architecture that Java runs on. */
  private static final double TICKS_PER_SECOND = 100;

  private static final int UTIME_OF_CHILDREN = 13;

  /** Up to now, of this JVM and of workers. */
  public static CpuTime of(List<Long> workers) {
    double all = 0;
    for (long pid : workers) {
      all += ProcessHandle.of(pid).map(CpuTime::seconds).orElse(0.0);
    }
    return new CpuTime(seconds(ProcessHandle.current()), all);
  }

  private static double seconds(ProcessHandle process) {
    return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L) / 1e9;
  }

  /** Up to now, of all children that have ended, and of their children. */
  static CpuTime ofEndedChildren() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      // The name of the program, in parentheses, may hold anything.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      long ticks =
          Long.parseLong(fields[UTIME_OF_CHILDREN]) + Long.parseLong(fields[UTIME_OF_CHILDREN + 1]);
      return new CpuTime(ticks / TICKS_PER_SECOND, Double.NaN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public CpuTime since(CpuTime earlier) {
    return new CpuTime(coordinator - earlier.coordinator, workers - earlier.workers);
  }
}
