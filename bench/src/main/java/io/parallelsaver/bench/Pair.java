package io.parallelsaver.bench;

/**
 * Ours, and right after it the peer's.
 *
 * @param ours seconds
 * @param theirs seconds
 * @param cpu what ours took
 */
record Pair(double ours, double theirs, CpuTime cpu) {
  /** How many times as long the peer takes: above 1, ours is faster. */
  double ratio() {
    return theirs / ours;
  }
}
