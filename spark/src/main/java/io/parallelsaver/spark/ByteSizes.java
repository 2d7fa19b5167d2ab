package io.parallelsaver.spark;

import io.parallelsaver.error.InputException;
import org.apache.spark.network.util.JavaUtils;

/** Sizes as Spark's own options have them: {@code 128m}, {@code 4g}, or a number of bytes. */
final class ByteSizes {
  private ByteSizes() {}

  /**
   * @throws InputException if it is no size; the message names the option
   */
  static long parse(String option, String text) {
    try {
      return JavaUtils.byteStringAsBytes(text.strip().toLowerCase(java.util.Locale.ROOT));
    } catch (NumberFormatException e) {
      throw new InputException(
          "option " + option + " must be a size such as 128m or 4g, found '" + text + "'", e);
    }
  }
}
