package io.parallelsaver.bench;

import java.util.ArrayList;
import java.util.List;

/** Ours and the peer's in turn, once both have settled. The first and the last runs' results are checked. */
final class Measurement {
  /** So much of its best time a run takes that still gets faster. */
  private static final double FASTER = 0.9;

  /** Rounds in a row that none gets faster in before the clock counts. */
  private static final int CALM_ROUNDS = 3;

  private Measurement() {}

  static Result of(Work work, int pairs) {
    try (work) {
      work.prepare();
      long memory = firstRound(work);
      settle(work, 2 * (pairs - 1));
      List<Pair> measured = new ArrayList<>();
      for (int n = 1; n <= pairs; n++) {
        measured.add(pair(work, n == pairs));
      }
      return new Result(work.name(), work.peer(), work.how(), work.bytes(), measured, memory);
    }
  }

  private static long firstRound(Work work) {
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

  /**
   * One round is not enough to warm up: a heap that grows and a block that two workers share have memory that is touched for the first
   * time in the second and third as well, which takes ten times as long as the work itself.
   */
  private static void settle(Work work, int mostRounds) {
    double ours = Double.MAX_VALUE;
    double theirs = Double.MAX_VALUE;
    int calm = 0;
    for (int n = 0; n < mostRounds && calm < CALM_ROUNDS; n++) {
      Pair round = pair(work, false);
      calm = round.ours() < FASTER * ours || round.theirs() < FASTER * theirs ? 0 : calm + 1;
      ours = Math.min(ours, round.ours());
      theirs = Math.min(theirs, round.theirs());
    }
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
