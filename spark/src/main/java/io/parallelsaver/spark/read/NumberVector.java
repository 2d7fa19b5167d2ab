package io.parallelsaver.spark.read;

import java.util.Arrays;
import org.apache.spark.sql.types.DataType;

/** Numbers in a primitive array of the type that Spark has for them. */
final class NumberVector extends Vector {
  private final Object values;

  NumberVector(DataType type, Object values) {
    super(type);
    this.values = values;
  }

  @Override
  public boolean getBoolean(int row) {
    return ((boolean[]) values)[row];
  }

  @Override
  public byte getByte(int row) {
    return ((byte[]) values)[row];
  }

  @Override
  public short getShort(int row) {
    return ((short[]) values)[row];
  }

  @Override
  public int getInt(int row) {
    return ((int[]) values)[row];
  }

  @Override
  public long getLong(int row) {
    return ((long[]) values)[row];
  }

  @Override
  public float getFloat(int row) {
    return ((float[]) values)[row];
  }

  @Override
  public double getDouble(int row) {
    return ((double[]) values)[row];
  }

  @Override
  public boolean[] getBooleans(int row, int count) {
    return Arrays.copyOfRange((boolean[]) values, row, row + count);
  }

  @Override
  public byte[] getBytes(int row, int count) {
    return Arrays.copyOfRange((byte[]) values, row, row + count);
  }

  @Override
  public short[] getShorts(int row, int count) {
    return Arrays.copyOfRange((short[]) values, row, row + count);
  }

  @Override
  public int[] getInts(int row, int count) {
    return Arrays.copyOfRange((int[]) values, row, row + count);
  }

  @Override
  public long[] getLongs(int row, int count) {
    return Arrays.copyOfRange((long[]) values, row, row + count);
  }

  @Override
  public float[] getFloats(int row, int count) {
    return Arrays.copyOfRange((float[]) values, row, row + count);
  }

  @Override
  public double[] getDoubles(int row, int count) {
    return Arrays.copyOfRange((double[]) values, row, row + count);
  }
}
