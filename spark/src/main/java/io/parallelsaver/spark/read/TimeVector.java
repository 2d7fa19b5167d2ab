package io.parallelsaver.spark.read;

import org.apache.spark.sql.types.DataType;

/** Times: {@code datetime64} in steps of a unit, as Spark's days or microseconds. NaT is null. */
final class TimeVector extends Vector {
  private static final long NAT = Long.MIN_VALUE;

  private final long[] steps;
  private final long microseconds;

  /**
   * @param microseconds of a step; 1 for days, which Spark counts too
   */
  TimeVector(DataType type, long[] steps, long microseconds) {
    super(type);
    this.steps = steps;
    this.microseconds = microseconds;
  }

  @Override
  public boolean hasNull() {
    return numNulls() > 0;
  }

  @Override
  public int numNulls() {
    int count = 0;
    for (long step : steps) {
      count += step == NAT ? 1 : 0;
    }
    return count;
  }

  @Override
  public boolean isNullAt(int row) {
    return steps[row] == NAT;
  }

  @Override
  public int getInt(int row) {
    return Math.toIntExact(steps[row]);
  }

  @Override
  public long getLong(int row) {
    return Math.multiplyExact(steps[row], microseconds);
  }
}
