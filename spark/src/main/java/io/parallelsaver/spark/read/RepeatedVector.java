package io.parallelsaver.spark.read;

import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.unsafe.types.UTF8String;

/** One value in each row. */
final class RepeatedVector extends Vector {
  private final ColumnVector value;

  /**
   * @param value a column of one row
   */
  RepeatedVector(ColumnVector value) {
    super(value.dataType());
    this.value = value;
  }

  @Override
  public boolean hasNull() {
    return value.hasNull();
  }

  @Override
  public int numNulls() {
    return value.numNulls();
  }

  @Override
  public boolean isNullAt(int row) {
    return value.isNullAt(0);
  }

  @Override
  public boolean getBoolean(int row) {
    return value.getBoolean(0);
  }

  @Override
  public byte getByte(int row) {
    return value.getByte(0);
  }

  @Override
  public short getShort(int row) {
    return value.getShort(0);
  }

  @Override
  public int getInt(int row) {
    return value.getInt(0);
  }

  @Override
  public long getLong(int row) {
    return value.getLong(0);
  }

  @Override
  public float getFloat(int row) {
    return value.getFloat(0);
  }

  @Override
  public double getDouble(int row) {
    return value.getDouble(0);
  }

  @Override
  public ColumnarArray getArray(int row) {
    return value.getArray(0);
  }

  @Override
  public UTF8String getUTF8String(int row) {
    return value.getUTF8String(0);
  }

  @Override
  public byte[] getBinary(int row) {
    return value.getBinary(0);
  }

  @Override
  public Decimal getDecimal(int row, int precision, int scale) {
    return value.getDecimal(0, precision, scale);
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    return new RepeatedVector(value.getChild(ordinal));
  }
}
