package io.parallelsaver.spark.read;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;

/** Arrays of equal length, one behind the other. */
final class NestedVector extends Vector {
  private final ColumnVector elements;
  private final int extent;

  NestedVector(DataType type, ColumnVector elements, int extent) {
    super(type);
    this.elements = elements;
    this.extent = extent;
  }

  @Override
  public ColumnarArray getArray(int row) {
    return new ColumnarArray(elements, row * extent, extent);
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    return elements;
  }
}
