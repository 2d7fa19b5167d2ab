package io.parallelsaver.spark.read;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.ScalarType;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.types.UTF8String;

/** Makes columns of the rows of arrays. */
final class Vectors {
  private Vectors() {}

  /**
   * The rows of an array as a column.
   *
   * @param rows at least one axis; read here
   * @param type what {@link ColumnTypes} says of it
   */
  static ColumnVector of(NDArray rows, DataType type) {
    long[] shape = rows.shape();
    DataType element = type;
    List<DataType> types = new ArrayList<>();
    for (int axis = 1; axis < shape.length; axis++) {
      types.add(element);
      element = ((ArrayType) element).elementType();
    }
    ColumnVector vector = elements(rows, element);
    for (int axis = shape.length - 1; axis > 0; axis--) {
      vector = new NestedVector(types.get(axis - 1), vector, Math.toIntExact(shape[axis]));
    }
    return vector;
  }

  /** All elements in C order, one behind the other. */
  private static ColumnVector elements(NDArray array, DataType type) {
    if (array.logicalType().isPresent()) {
      return new NumberVector(type, array.toArray());
    } else if (type instanceof StructType struct) {
      return structures(array, struct);
    }
    ScalarType dtype = (ScalarType) array.dtype();
    return switch (dtype.kind()) {
      case 'u' -> unsigned(array.toArray(), type);
      case 'f' ->
        new NumberVector(type, dtype.itemSize() > 8 ? array.toDoubles() : array.toArray());
      case 'c' ->
        type instanceof ArrayType pair
            ? new NestedVector(type, new NumberVector(pair.elementType(), array.toArray()), 2)
            : binary(array, type);
      case 'S', 'U' -> strings(array.toStrings(), type);
      case 'M' -> times(dtype.unit(), (long[]) array.toArray(), type);
      case 'V' -> binary(array, type);
      default -> new NumberVector(type, array.toArray());
    };
  }

  /** Java's arrays have the same bits; Spark's next larger type has the same numbers. */
  private static ColumnVector unsigned(Object values, DataType type) {
    if (values instanceof byte[] bytes) {
      short[] wide = new short[bytes.length];
      for (int i = 0; i < wide.length; i++) {
        wide[i] = (short) (bytes[i] & 0xFF);
      }
      return new NumberVector(type, wide);
    } else if (values instanceof short[] shorts) {
      int[] wide = new int[shorts.length];
      for (int i = 0; i < wide.length; i++) {
        wide[i] = shorts[i] & 0xFFFF;
      }
      return new NumberVector(type, wide);
    } else if (values instanceof int[] ints) {
      long[] wide = new long[ints.length];
      for (int i = 0; i < wide.length; i++) {
        wide[i] = ints[i] & 0xFFFFFFFFL;
      }
      return new NumberVector(type, wide);
    }
    long[] longs = (long[]) values;
    return new ObjectVector(
        type,
        row -> Decimal.apply(
            new BigDecimal(Long.toUnsignedString(longs[row])),
            ColumnTypes.UINT64.precision(),
            ColumnTypes.UINT64.scale()));
  }

  private static ColumnVector strings(String[] values, DataType type) {
    return new ObjectVector(type, row -> UTF8String.fromString(values[row]));
  }

  private static ColumnVector times(String unit, long[] steps, DataType type) {
    return switch (unit) {
      case "[D]", "[us]" -> new TimeVector(type, steps, 1);
      case "[ms]" -> new TimeVector(type, steps, 1_000);
      case "[s]" -> new TimeVector(type, steps, 1_000_000);
      default -> new NumberVector(type, steps);
    };
  }

  private static ColumnVector binary(NDArray array, DataType type) {
    int size = Math.toIntExact(array.dtype().itemSize());
    ByteBuffer bytes =
        ByteBuffer.wrap(MemoryOrder.toC(array.spec(), array.toBytes().array()));
    return new ObjectVector(type, row -> {
      byte[] value = new byte[size];
      bytes.get(row * size, value);
      return value;
    });
  }

  private static ColumnVector structures(NDArray array, StructType type) {
    // Each field is read for itself, of bytes that are read once.
    NDArray there = NDArray.of(array.spec(), array.toBytes());
    NDArray flat = MemoryOrder.isC(array.spec())
        ? there.reshape(array.size())
        : NDArray.of(
            ArraySpec.of(array.dtype(), array.size()),
            ByteBuffer.wrap(MemoryOrder.toC(array.spec(), there.toBytes().array())));
    List<ColumnVector> fields = new ArrayList<>();
    for (StructField field : type.fields()) {
      fields.add(of(flat.field(field.name()), field.dataType()));
    }
    return new StructVector(type, fields);
  }
}
