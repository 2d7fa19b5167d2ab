package io.parallelsaver.spark.read;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.ScalarType;
import io.parallelsaver.array.StructType;
import io.parallelsaver.array.StructType.Field;
import io.parallelsaver.array.SubarrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/** What a column of an array's rows is to Spark. */
final class ColumnTypes {
  /** Holds each uint64. */
  static final DecimalType UINT64 = DataTypes.createDecimalType(20, 0);

  private ColumnTypes() {}

  /** The type of one row: the element's, in an array for each axis behind the first. */
  static DataType of(ArraySpec spec) {
    DataType element = spec.logicalType()
        .map(logical -> logical.isInteger() ? DataTypes.ByteType : DataTypes.FloatType)
        .orElseGet(() -> of(spec.dtype()));
    return nested(element, spec.ndim() - 1);
  }

  private static DataType nested(DataType element, int axes) {
    DataType type = element;
    for (int axis = 0; axis < axes; axis++) {
      type = DataTypes.createArrayType(type, isNullable(element));
    }
    return type;
  }

  /** Only a time that is no time is null. */
  static boolean isNullable(DataType type) {
    return type == DataTypes.DateType || type == DataTypes.TimestampNTZType;
  }

  private static DataType of(DType dtype) {
    if (dtype instanceof StructType struct) {
      org.apache.spark.sql.types.StructType fields = new org.apache.spark.sql.types.StructType();
      for (Field field : struct.fields()) {
        if (!field.isPadding()) {
          DataType type = of(field.type());
          fields = fields.add(field.name(), type, isNullable(type));
        }
      }
      return fields;
    } else if (dtype instanceof SubarrayType sub) {
      return nested(of(sub.base()), sub.dims().length);
    }
    return scalar((ScalarType) dtype);
  }

  private static DataType scalar(ScalarType dtype) {
    int size = (int) Math.min(dtype.itemSize(), Integer.MAX_VALUE);
    return switch (dtype.kind()) {
      case 'b' -> DataTypes.BooleanType;
      case 'i' -> integer(size);
      case 'u' -> size == 8 ? UINT64 : integer(2 * size);
      case 'f' -> size <= 4 ? DataTypes.FloatType : DataTypes.DoubleType;
      case 'c' -> complex(size);
      case 'S', 'U' -> DataTypes.StringType;
      case 'M' -> time(dtype.unit());
      case 'm' -> DataTypes.LongType;
      default -> DataTypes.BinaryType;
    };
  }

  private static DataType integer(int size) {
    return switch (size) {
      case 1 -> DataTypes.ByteType;
      case 2 -> DataTypes.ShortType;
      case 4 -> DataTypes.IntegerType;
      default -> DataTypes.LongType;
    };
  }

  /** Real and imaginary part. */
  private static DataType complex(int size) {
    return switch (size) {
      case 8 -> DataTypes.createArrayType(DataTypes.FloatType, false);
      case 16 -> DataTypes.createArrayType(DataTypes.DoubleType, false);
      default -> DataTypes.BinaryType;
    };
  }

  /** Spark's own times where none is rounded; else the number of steps. */
  private static DataType time(String unit) {
    return switch (unit) {
      case "[D]" -> DataTypes.DateType;
      case "[s]", "[ms]", "[us]" -> DataTypes.TimestampNTZType;
      default -> DataTypes.LongType;
    };
  }
}
