package io.parallelsaver.spark.write;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.InputException;
import io.parallelsaver.spark.plan.DTypeText;
import io.parallelsaver.spark.read.ArrayColumns;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Arrays out of rows with {@link ArrayColumns}. */
record ArrayRows(int key, int dtype, int shape, int data, boolean longs) implements Serializable {
  /**
   * @throws InputException if a column is missing, or one too many, or of another type
   */
  static ArrayRows of(StructType schema) {
    List<String> names = List.of(schema.fieldNames());
    for (StructField wanted : ArrayColumns.SCHEMA.fields()) {
      int index = names.indexOf(wanted.name());
      DataType found = index < 0 ? null : schema.fields()[index].dataType();
      if (!fits(wanted.dataType(), found)) {
        throw new InputException(
            "column " + wanted.name() + " must be " + wanted.dataType().sql()
                + ", found " + (found == null ? "none" : found.sql())
                + "; a row is an array: key, dtype, shape, data");
      }
    }
    if (names.size() > ArrayColumns.SCHEMA.length()) {
      throw new InputException("columns " + names + ": an array is "
          + Arrays.toString(ArrayColumns.SCHEMA.fieldNames()) + " and nothing else; select these");
    }
    int shape = names.indexOf(ArrayColumns.SHAPE);
    return new ArrayRows(
        names.indexOf(ArrayColumns.KEY),
        names.indexOf(ArrayColumns.DTYPE),
        shape,
        names.indexOf(ArrayColumns.DATA),
        isArrayOf(DataTypes.LongType, schema.fields()[shape].dataType()));
  }

  /** Shapes may be of shorter integers too: Python's literals are. */
  private static boolean fits(DataType wanted, DataType found) {
    return wanted instanceof ArrayType
        ? isArrayOf(DataTypes.LongType, found) || isArrayOf(DataTypes.IntegerType, found)
        : wanted.equals(found);
  }

  private static boolean isArrayOf(DataType element, DataType type) {
    return type instanceof ArrayType array && array.elementType().equals(element);
  }

  String key(InternalRow row) {
    if (row.isNullAt(key)) {
      throw new InputException("a row has no key: " + row);
    }
    return row.getUTF8String(key).toString();
  }

  /** Bytes of the array of a row. */
  long size(InternalRow row) {
    return row.isNullAt(data) ? 0 : RowBytes.size(row, data);
  }

  /**
   * The array of a row, which is copied.
   *
   * @param memory for the copy of its bytes
   * @throws InputException if it is none; the message gives its key
   */
  NDArray array(InternalRow row, RowBytes memory) {
    String name = PythonText.quote(key(row));
    if (row.isNullAt(dtype) || row.isNullAt(shape) || row.isNullAt(data)) {
      throw new InputException("array " + name + ": dtype, shape or data is null");
    }
    long[] extents = longs
        ? row.getArray(shape).toLongArray()
        : Arrays.stream(row.getArray(shape).toIntArray()).asLongStream().toArray();
    ByteBuffer bytes = memory.copy(row, data);
    try {
      ArraySpec spec = DTypeText.parse(row.getUTF8String(dtype).toString(), extents);
      if (spec.dtype().hasObject()) {
        throw new InputException("Python objects are not saved; convert it to numbers or strings");
      } else if (spec.byteSize() != bytes.remaining()) {
        throw new InputException(
            spec + " takes " + spec.byteSize() + " bytes, data has " + bytes.remaining());
      }
      return NDArray.of(spec, bytes);
    } catch (InputException e) {
      throw new InputException("array " + name + ": " + e.getMessage(), e);
    }
  }
}
