package io.parallelsaver.spark.read;

import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;

/** Structures: a column for each field. */
final class StructVector extends Vector {
  private final List<ColumnVector> fields;

  StructVector(DataType type, List<ColumnVector> fields) {
    super(type);
    this.fields = fields;
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    return fields.get(ordinal);
  }
}
