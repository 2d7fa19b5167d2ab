package io.parallelsaver.cli;

import io.parallelsaver.Report;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.array.ScalarType;
import java.io.PrintWriter;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Collectors;

/** Short texts for people. */
final class Summary {
  /** More names than a person reads. */
  private static final int LISTED = 10;

  private Summary() {}

  /** How much, how long, how fast, by how many. */
  static String of(Report report) {
    return of(
        report.members(), report.bytes(), report.seconds(), report.workers().size());
  }

  static String of(int arrays, long bytes, double seconds, int workers) {
    return count(arrays, "array") + ", " + ByteSize.text(bytes) + " in " + hundredths(seconds)
        + " s (" + ByteSize.speed(bytes, seconds) + ", "
        + (workers == 0 ? "no worker" : count(workers, "worker")) + ")";
  }

  /**
   * Prints which members are no arrays, if any.
   *
   * @param fate what becomes of them
   */
  static void others(PrintWriter out, Report report, String fate) {
    List<String> others = report.others();
    if (!others.isEmpty()) {
      String some = others.stream()
          .limit(LISTED)
          .map(PythonText::quoteStart)
          .collect(Collectors.joining(", "));
      out.println(count(others.size(), "member") + (others.size() == 1 ? " is" : " are")
          + " no array, " + fate + ": " + some + (others.size() > LISTED ? ", ..." : ""));
    }
  }

  /** A number of at least 0 with two decimals; a formatter would load its tables of all languages first. */
  static String hundredths(double value) {
    String digits = Long.toString(Math.round(value * 100));
    String padded = "0".repeat(Math.max(0, 3 - digits.length())) + digits;
    int point = padded.length() - 2;
    return padded.substring(0, point) + "." + padded.substring(point);
  }

  static String count(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  /** A name as it is, or as Python writes it if a terminal would not print it as it is. */
  static String name(String name) {
    String quoted = PythonText.quote(name);
    return !name.isEmpty()
            && quoted.regionMatches(1, name, 0, name.length())
            && quoted.length() == name.length() + 2
        ? name
        : quoted;
  }

  /** The logical type if there is one, else the dtype. */
  static String dtype(ArraySpec spec) {
    return spec.logicalType().map(Object::toString).orElseGet(() -> dtype(spec.dtype()));
  }

  /** A dtype as {@code str(dtype)} in NumPy prints it on a little-endian machine: {@code float64}, {@code >f8}, {@code <U5}. */
  static String dtype(DType dtype) {
    if (!(dtype instanceof ScalarType scalar)) {
      return dtype.descr();
    }
    boolean swapped = scalar.order() == ByteOrder.BIG_ENDIAN;
    return switch (scalar.kind()) {
      case 'b' -> "bool";
      case 'O' -> "object";
      case 'i' -> swapped ? scalar.toString() : "int" + bits(scalar);
      case 'u' -> swapped ? scalar.toString() : "uint" + bits(scalar);
      case 'f' -> swapped ? scalar.toString() : "float" + bits(scalar);
      case 'c' -> swapped ? scalar.toString() : "complex" + bits(scalar);
      case 'M' -> swapped ? scalar.toString() : "datetime64" + scalar.unit();
      case 'm' -> swapped ? scalar.toString() : "timedelta64" + scalar.unit();
      default -> scalar.toString();
    };
  }

  private static long bits(ScalarType scalar) {
    return 8 * scalar.itemSize();
  }
}
