package io.parallelsaver.spark.read;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.types.UTF8String;

/** A column of a batch. A kind of column overrides what can be asked of it; Spark asks for nothing else. */
abstract class Vector extends ColumnVector {
  Vector(DataType type) {
    super(type);
  }

  private UnsupportedOperationException refusal() {
    return new UnsupportedOperationException("a column of " + dataType() + " is not read so");
  }

  @Override
  public void close() {}

  @Override
  public boolean hasNull() {
    return false;
  }

  @Override
  public int numNulls() {
    return 0;
  }

  @Override
  public boolean isNullAt(int row) {
    return false;
  }

  @Override
  public boolean getBoolean(int row) {
    throw refusal();
  }

  @Override
  public byte getByte(int row) {
    throw refusal();
  }

  @Override
  public short getShort(int row) {
    throw refusal();
  }

  @Override
  public int getInt(int row) {
    throw refusal();
  }

  @Override
  public long getLong(int row) {
    throw refusal();
  }

  @Override
  public float getFloat(int row) {
    throw refusal();
  }

  @Override
  public double getDouble(int row) {
    throw refusal();
  }

  @Override
  public ColumnarArray getArray(int row) {
    throw refusal();
  }

  @Override
  public ColumnarMap getMap(int row) {
    throw refusal();
  }

  @Override
  public Decimal getDecimal(int row, int precision, int scale) {
    throw refusal();
  }

  @Override
  public UTF8String getUTF8String(int row) {
    throw refusal();
  }

  @Override
  public byte[] getBinary(int row) {
    throw refusal();
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    throw refusal();
  }
}
