package io.parallelsaver.array;

import java.math.BigInteger;
import java.nio.ByteOrder;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a datetime64 or timedelta64 counts, such as 25 microseconds: a number of months, or of attoseconds. Conversions are exact or
 * refused.
 *
 * @param unit NumPy's letters for it, with the number before them
 * @param months length of a step of years or months; else 0
 * @param attos length of any other step in 10^-18 s; else null
 */
record TimeStep(String unit, long months, BigInteger attos) {
  /** NumPy's not-a-time. */
  static final long NAT = Long.MIN_VALUE;

  private static final Pattern UNIT = Pattern.compile("\\[?([1-9][0-9]{0,9})?([A-Za-z]+)\\]?");
  private static final BigInteger PER_SECOND = BigInteger.TEN.pow(18);
  private static final BigInteger PER_NANO = BigInteger.TEN.pow(9);
  private static final Map<String, Integer> MONTHS = Map.of("Y", 12, "M", 1);
  private static final Map<String, Integer> SECONDS =
      Map.of("W", 604_800, "D", 86_400, "h", 3600, "m", 60, "s", 1);
  private static final List<String> FRACTIONS = List.of("s", "ms", "us", "ns", "ps", "fs", "as");

  /**
   * @param text such as {@code [25us]}, {@code ms} or {@code [D]}
   * @throws IllegalArgumentException if it names no unit of time
   */
  static TimeStep parse(String text) {
    Matcher match = UNIT.matcher(text);
    if (!match.matches()) {
      throw unknown(text);
    }
    long multiple = match.group(1) == null ? 1 : Long.parseLong(match.group(1));
    String letters = match.group(2);
    String unit = (multiple == 1 ? "" : multiple) + letters;
    if (MONTHS.containsKey(letters)) {
      return new TimeStep(unit, multiple * MONTHS.get(letters), null);
    }
    BigInteger attos;
    if (SECONDS.containsKey(letters)) {
      attos = PER_SECOND.multiply(BigInteger.valueOf(SECONDS.get(letters)));
    } else if (FRACTIONS.contains(letters)) {
      attos = BigInteger.TEN.pow(18 - 3 * FRACTIONS.indexOf(letters));
    } else {
      throw unknown(text);
    }
    return new TimeStep(unit, 0, attos.multiply(BigInteger.valueOf(multiple)));
  }

  private static IllegalArgumentException unknown(String text) {
    return new IllegalArgumentException(
        text.isEmpty()
            ? "a time without a unit has no length; use getLong()"
            : "unknown unit of time \"" + text
                + "\", expected one of Y M W D h m s ms us ns ps fs as after an optional number");
  }

  /**
   * A 1-d array.
   *
   * @param kind M for datetimes, m for timedeltas
   * @param values null for NaT
   */
  <T> NDArray array(char kind, T[] values, ToLongFunction<T> count) {
    long[] counts = Arrays.stream(values)
        .mapToLong(value -> value == null ? NAT : count.applyAsLong(value))
        .toArray();
    return NDArray.of(counts)
        .view(new ScalarType(kind, 8, ByteOrder.nativeOrder(), "[" + unit + "]"));
  }

  /**
   * @throws ArithmeticException if {@code Instant} has no such time
   */
  Instant instant(long count) {
    try {
      if (months > 0) {
        return start(Math.multiplyExact(count, months));
      }
      long[] time = secondsAndNanos(count);
      return Instant.ofEpochSecond(time[0], time[1]);
    } catch (DateTimeException | ArithmeticException e) {
      throw beyond(count, "java.time.Instant", e);
    }
  }

  /**
   * @throws UnsupportedOperationException if the unit is years or months, which have no fixed length
   * @throws ArithmeticException if {@code Duration} has no such length
   */
  Duration duration(long count) {
    refuseMonths();
    try {
      long[] time = secondsAndNanos(count);
      return Duration.ofSeconds(time[0], time[1]);
    } catch (ArithmeticException e) {
      throw beyond(count, "java.time.Duration", e);
    }
  }

  private void refuseMonths() {
    if (months > 0) {
      throw new UnsupportedOperationException(
          "a timedelta in units of " + unit + " has no fixed length; use getLong()");
    }
  }

  private long[] secondsAndNanos(long count) {
    BigInteger total = attos.multiply(BigInteger.valueOf(count));
    BigInteger[] nanos = total.divideAndRemainder(PER_NANO);
    if (nanos[1].signum() != 0) {
      throw new ArithmeticException("no whole number of nanoseconds");
    }
    BigInteger[] seconds = nanos[0].divideAndRemainder(PER_NANO);
    return new long[] {seconds[0].longValueExact(), seconds[1].longValue()};
  }

  private ArithmeticException beyond(long count, String type, RuntimeException cause) {
    ArithmeticException failure = new ArithmeticException(count + " steps of " + unit + " are no "
        + type + ": " + cause.getMessage() + "; getLong() gives the number of steps");
    failure.initCause(cause);
    return failure;
  }

  /** Midnight UTC at the first day of a month, counted from January 1970. */
  private static Instant start(long month) {
    int year = Math.toIntExact(Math.addExact(Math.floorDiv(month, 12), 1970));
    return LocalDate.of(year, Math.floorMod(month, 12) + 1, 1)
        .atStartOfDay(ZoneOffset.UTC)
        .toInstant();
  }

  /**
   * The number of steps since 1970.
   *
   * @throws ArithmeticException if it is no whole number, or outside 64 bits
   */
  long count(Instant instant) {
    if (months == 0) {
      return count(instant.getEpochSecond(), instant.getNano(), instant);
    }
    try {
      LocalDateTime time = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
      long month = (time.getYear() - 1970L) * 12 + time.getMonthValue() - 1;
      if (start(month).equals(instant) && month % months == 0) {
        return month / months;
      }
    } catch (DateTimeException e) {
      // In the one year at each end that Instant has and LocalDateTime has not; it falls through.
    }
    throw notWhole(instant);
  }

  /** The number of steps; errors as for {@link #duration} and {@link #count(Instant)}. */
  long count(Duration duration) {
    refuseMonths();
    return count(duration.getSeconds(), duration.getNano(), duration);
  }

  private long count(long seconds, int nanos, Object value) {
    BigInteger total = BigInteger.valueOf(seconds)
        .multiply(PER_SECOND)
        .add(BigInteger.valueOf(nanos).multiply(PER_NANO));
    BigInteger[] steps = total.divideAndRemainder(attos);
    // The lowest 64-bit number is NaT.
    if (steps[1].signum() != 0 || steps[0].bitLength() > 63 || steps[0].longValue() == NAT) {
      throw notWhole(value);
    }
    return steps[0].longValue();
  }

  private ArithmeticException notWhole(Object value) {
    return new ArithmeticException(
        value + " is no whole number of steps of " + unit + " within 64 bits; choose another unit");
  }
}
