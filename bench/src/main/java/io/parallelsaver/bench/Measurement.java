package io.parallelsaver.bench;

import java.util.ArrayList;
import java.util.List;

/** Ours and the peer's in turn, after one run of each to warm up. The first and the last runs' results are checked. */
final class Measurement {
  private Measurement() {}

  static Result of(Work work, int pairs) {
    try (work) {
      work.prepare();
      long memory = warmUp(work);
      List<Pair> measured = new ArrayList<>();
      for (int n = 1; n <= pairs; n++) {
        measured.add(pair(work, n == pairs));
      }
      return new Result(work.name(), work.peer(), work.how(), work.bytes(), measured, memory);
    }
  }

  private static long warmUp(Work work) {
    clear(work);
    long peak;
    try (Peak memory = PeakMemory.watch(work::processes)) {
      work.recycleForOurs();
      work.ours();
      peak = memory.stop();
    }
    work.checkOurs();
    clear(work);
    work.recycleForTheirs();
    work.theirs();
    work.checkTheirs();
    return peak;
  }

  private static Pair pair(Work work, boolean check) {
    clear(work);
    work.recycleForOurs();
    CpuTime before = work.cpu();
    double ours = work.ours();
    CpuTime cpu = work.cpu().since(before);
    if (check) {
      work.checkOurs();
    }
    clear(work);
    work.recycleForTheirs();
    double theirs = work.theirs();
    if (check) {
      work.checkTheirs();
    }
    return new Pair(ours, theirs, cpu);
  }

  /** Garbage of an earlier run is collected now, and not in the middle of the next. */
  private static void clear(Work work) {
    work.tidy();
    System.gc();
  }
}
