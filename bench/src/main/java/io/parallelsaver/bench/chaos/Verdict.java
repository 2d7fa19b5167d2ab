package io.parallelsaver.bench.chaos;

/**
 * What was found after a blow.
 *
 * @param landed whether it fell in mid-work
 * @param wrong what is wrong with the result or the exit code; null if nothing is
 * @param leaked what was left behind; null if nothing was
 */
record Verdict(boolean landed, String wrong, String leaked) {
  boolean isRight() {
    return wrong == null && leaked == null;
  }

  String problems() {
    return (wrong == null ? "" : "wrong: " + wrong + " ")
        + (leaked == null ? "" : "left behind: " + leaked);
  }
}
