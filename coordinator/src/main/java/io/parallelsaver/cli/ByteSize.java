package io.parallelsaver.cli;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes as people write it: {@code 4096}, {@code 512M}, {@code 1GiB}, {@code 1.5 GB}. Alone or with {@code iB} a prefix
 * counts in 1024, with {@code B} in 1000; upper and lower case are the same.
 *
 * @param bytes at least 0
 */
public record ByteSize(long bytes) {
  private static final String PREFIXES = "KMGTPE";
  private static final Pattern TEXT =
      Pattern.compile("\\s*([0-9]+(?:\\.[0-9]+)?)\\s*(?:([KMGTPE])(I?B)?|B?)\\s*");

  /**
   * @throws IllegalArgumentException if the text is no size, or one of 2^63 bytes or more
   */
  public static ByteSize parse(String text) {
    Matcher match = TEXT.matcher(text.toUpperCase(Locale.ROOT));
    if (!match.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no size; write it as 4096, 512M, 1GiB or 1.5GB");
    }
    BigDecimal unit = BigDecimal.ONE;
    if (match.group(2) != null) {
      int step = "B".equals(match.group(3)) ? 1000 : 1024;
      unit = BigDecimal.valueOf(step).pow(PREFIXES.indexOf(match.group(2)) + 1);
    }
    BigDecimal bytes = new BigDecimal(match.group(1)).multiply(unit);
    if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException("'" + text + "' is 2^63 bytes or more");
    }
    return new ByteSize(bytes.longValue());
  }

  /** In the largest unit that leaves at least 1, e.g. {@code 1.50 GiB}. */
  @Override
  public String toString() {
    return text(bytes);
  }

  public static String text(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    int power = 1;
    double value = bytes / 1024.0;
    // 1023.999 would be rounded to 1024.00.
    while (value >= 1023.995 && power < PREFIXES.length()) {
      value /= 1024;
      power++;
    }
    return Summary.hundredths(value) + " " + PREFIXES.charAt(power - 1) + "iB";
  }

  /** Bytes in seconds as a speed, e.g. {@code 1.50 GiB/s}. */
  public static String speed(long bytes, double seconds) {
    return text((long) (bytes / Math.max(seconds, 1e-9))) + "/s";
  }
}
