package io.parallelsaver.shm;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The run directories this process owns. A sweep must not even open their lock files: POSIX drops all of a process's locks on a file
 * when the process closes any handle of it. They are known by their names, which are random: the same directory can have several paths.
 */
final class LiveRuns {
  private static final Set<String> RUNS = ConcurrentHashMap.newKeySet();

  private LiveRuns() {}

  static void add(Path run) {
    RUNS.add(run.getFileName().toString());
  }

  static void remove(Path run) {
    RUNS.remove(run.getFileName().toString());
  }

  static boolean contains(Path run) {
    return RUNS.contains(run.getFileName().toString());
  }
}
