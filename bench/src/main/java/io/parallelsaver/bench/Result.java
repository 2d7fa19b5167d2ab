package io.parallelsaver.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What was measured of one work.
 *
 * @param how what the two sides did
 * @param bytes of the arrays that a run moves
 * @param peakMemory bytes of our processes together
 */
record Result(String work, String peer, String how, long bytes, List<Pair> pairs, long peakMemory) {
  /** With fewer bytes, time for each GiB says nothing. */
  private static final long LEAST_BYTES = 1 << 20;

  Result {
    pairs = List.copyOf(pairs);
  }

  /** Of the pairs' ratios; not the ratio of the medians. */
  Spread ratio() {
    return spread(Pair::ratio);
  }

  Spread ours() {
    return spread(Pair::ours);
  }

  Spread theirs() {
    return spread(Pair::theirs);
  }

  /** Seconds of processor time for each GiB; not a number if it is not known. */
  CpuTime cpuPerGib() {
    if (bytes < LEAST_BYTES) {
      return new CpuTime(Double.NaN, Double.NaN);
    }
    double gibs = (double) bytes / (1 << 30);
    return new CpuTime(
        spread(pair -> pair.cpu().coordinator()).median() / gibs,
        spread(pair -> pair.cpu().workers()).median() / gibs);
  }

  private Spread spread(ToDoubleFunction<Pair> of) {
    return Spread.of(pairs.stream().map(of::applyAsDouble).toList());
  }
}
