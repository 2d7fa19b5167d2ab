package io.parallelsaver.spark.read;

import java.util.function.IntFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.types.UTF8String;

/** Values that are objects to Spark, too: strings, bytes, decimal numbers; each is made when it is looked at. */
final class ObjectVector extends Vector {
  private final IntFunction<Object> values;

  ObjectVector(DataType type, IntFunction<Object> values) {
    super(type);
    this.values = values;
  }

  @Override
  public UTF8String getUTF8String(int row) {
    return (UTF8String) values.apply(row);
  }

  @Override
  public byte[] getBinary(int row) {
    return (byte[]) values.apply(row);
  }

  @Override
  public Decimal getDecimal(int row, int precision, int scale) {
    return (Decimal) values.apply(row);
  }
}
