package io.parallelsaver.bench;

import java.util.List;
import java.util.stream.Stream;

/**
 * One thing that is measured: ours, and a peer's way to the same result. A new one is a subclass and a line in {@link Works}. Calls come
 * in the order in which the methods stand here; {@link #tidy} comes before every run of either side.
 */
abstract class Work implements AutoCloseable {
  private final String name;
  private final String peer;

  Work(String name, String peer) {
    this.name = name;
    this.peer = peer;
  }

  final String name() {
    return name;
  }

  final String peer() {
    return peer;
  }

  /** What the two sides do, in a sentence or two. */
  abstract String how();

  /** What has to be installed, or null; on a build machine it must be there. */
  abstract String missing();

  /** Why this machine cannot do it, or null. Asked only if nothing is missing. */
  String impossible() {
    return null;
  }

  /** Makes ready what both sides need. */
  abstract void prepare();

  /** How many bytes of arrays a run moves. */
  abstract long bytes();

  /** Removes what the last runs have left. */
  abstract void tidy();

  /** Sees to it that the pages of the page cache that our next run's files will take were in use a moment ago. Comes last before it. */
  void recycleForOurs() {}

  /** The same for the peer's next run. */
  void recycleForTheirs() {}

  /** Does it, and returns the seconds it took. */
  abstract double ours();

  /** Throws if our last run has not done what it should. */
  abstract void checkOurs();

  /** Lets the peer do it, and returns the seconds it took. */
  abstract double theirs();

  /** Throws if the peer's last run has not done what it should: then it cannot be compared. */
  abstract void checkTheirs();

  /** Processor time of our side up to now. */
  CpuTime cpu() {
    return CpuTime.of(workers());
  }

  /** Processes of our side. */
  Stream<ProcessHandle> processes() {
    return Stream.concat(
        Stream.of(ProcessHandle.current()),
        workers().stream().flatMap(pid -> ProcessHandle.of(pid).stream()));
  }

  /** Process ids of our workers. */
  List<Long> workers() {
    return List.of();
  }

  static double seconds(Runnable action) {
    long start = System.nanoTime();
    action.run();
    return (System.nanoTime() - start) / 1e9;
  }

  @Override
  public abstract void close();
}
