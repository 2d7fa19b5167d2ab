package io.parallelsaver.spark.read;

import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The columns where each row is an array. */
public final class ArrayColumns {
  /** Its name. */
  public static final String KEY = "key";

  /** What {@link io.parallelsaver.spark.plan.DTypeText} says. */
  public static final String DTYPE = "dtype";

  /** Its extents, outermost first. */
  public static final String SHAPE = "shape";

  /** Its bytes in C order. */
  public static final String DATA = "data";

  public static final StructType SCHEMA = new StructType()
      .add(KEY, DataTypes.StringType, false)
      .add(DTYPE, DataTypes.StringType, false)
      .add(SHAPE, DataTypes.createArrayType(DataTypes.LongType, false), false)
      .add(DATA, DataTypes.BinaryType, false);

  private ArrayColumns() {}
}
