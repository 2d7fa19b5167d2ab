package io.parallelsaver.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Places values on a line so that equal ratios are equally far apart. It begins and ends at powers of its base.
 *
 * @param low exponent at the left end
 * @param high exponent at the right end
 */
record LogScale(int base, int low, int high, double left, double right) {
  /** The shortest scale on which all values have a place, and one more power of the base if it would have no length. */
  static LogScale over(Collection<Double> values, int base, double left, double right) {
    double least = values.stream().mapToDouble(Double::doubleValue).min().orElse(1);
    double most = values.stream().mapToDouble(Double::doubleValue).max().orElse(base);
    int low = (int) Math.floor(log(least, base));
    int high = (int) Math.ceil(log(most, base));
    return new LogScale(base, low, Math.max(high, low + 1), left, right);
  }

  double at(double value) {
    return left + (log(value, base) - low) / (high - low) * (right - left);
  }

  /** The powers of the base. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (int exponent = low; exponent <= high; exponent++) {
      ticks.add(Math.pow(base, exponent));
    }
    return ticks;
  }

  private static double log(double value, int base) {
    return Math.log(value) / Math.log(base);
  }
}
