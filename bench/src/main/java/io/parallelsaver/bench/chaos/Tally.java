package io.parallelsaver.bench.chaos;

import java.util.ArrayList;
import java.util.List;

/** What came of the kills of a kind. */
final class Tally {
  private final Kind kind;
  private final List<String> failures = new ArrayList<>();
  private int kills;
  private int right;
  private int leaked;
  private int missed;

  Tally(Kind kind) {
    this.kind = kind;
  }

  void add(Verdict verdict) {
    if (verdict.landed()) {
      kills++;
      right += verdict.wrong() == null ? 1 : 0;
    } else {
      missed++;
    }
    leaked += verdict.leaked() == null ? 0 : 1;
    if (!verdict.isRight()) {
      failures.add(verdict.problems());
    }
  }

  int kills() {
    return kills;
  }

  int missed() {
    return missed;
  }

  /** Also what was wrong after a blow that came too early or too late. */
  List<String> failures() {
    return failures;
  }

  @Override
  public String toString() {
    return kind + ": " + kills + " kills, " + right + " right, " + leaked + " leaked, " + missed
        + " missed";
  }
}
