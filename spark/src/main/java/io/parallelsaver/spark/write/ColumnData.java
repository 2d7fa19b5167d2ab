package io.parallelsaver.spark.write;

import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.InputException;
import io.parallelsaver.spark.plan.DTypeText;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of one column, as an array: a row for each index of the first axis, an axis for each array in another. The first row says how
 * long the other axes are.
 */
final class ColumnData {
  private static final int SMALLEST = 1 << 10;

  private final String name;
  private final DataType elementType;
  private final int textLength;
  private final int[] extents;
  private Element element;
  private int rowBytes;
  private ByteBuffer data = empty(0);
  private long rows;
  private long seen;

  private ColumnData(StructField field, int textLength) {
    this.name = field.name();
    this.textLength = textLength;
    DataType type = field.dataType();
    int axes = 0;
    while (type instanceof ArrayType array) {
      type = array.elementType();
      axes++;
    }
    this.elementType = type;
    this.extents = new int[axes];
  }

  /**
   * Checks what a frame consists of.
   *
   * @throws InputException if a column is of a type that no array has
   */
  static void check(StructType schema, int textLength) {
    if (schema.isEmpty()) {
      throw new InputException("a frame without columns makes no array");
    }
    for (StructField field : schema.fields()) {
      ColumnData column = new ColumnData(field, textLength);
      if (!Element.fits(column.elementType, textLength)) {
        boolean text = column.elementType instanceof StringType;
        throw new InputException("column " + PythonText.quote(field.name()) + " is "
            + field.dataType().sql() + ", which no array holds; "
            + (text
                ? "say with option textLength how many characters an element has"
                : "cast it to numbers, or leave it out"));
      }
    }
  }

  static List<ColumnData> of(StructType schema, int textLength) {
    return Arrays.stream(schema.fields())
        .map(field -> new ColumnData(field, textLength))
        .toList();
  }

  String name() {
    return name;
  }

  long rows() {
    return rows;
  }

  /** Of the rows that are held. */
  long bytes() {
    return data.position();
  }

  /**
   * Appends a row.
   *
   * @throws InputException if it is null, or of another shape than the first; the message names the column and the row
   */
  void add(InternalRow row, int ordinal) {
    try {
      if (element == null) {
        begin(row, ordinal);
      }
      ensureRoom();
      put(row, ordinal, 0);
      rows++;
      seen++;
    } catch (InputException e) {
      throw new InputException(
          "column " + PythonText.quote(name) + ", row " + seen + " of the partition: "
              + e.getMessage(),
          e);
    }
  }

  private void begin(SpecializedGetters row, int ordinal) {
    SpecializedGetters holder = row;
    int at = ordinal;
    int bytes = 1;
    for (int axis = 0; axis < extents.length; axis++) {
      notNull(holder, at);
      ArrayData array = holder.getArray(at);
      extents[axis] = array.numElements();
      if (extents[axis] == 0) {
        throw new InputException("an array without elements, of which none can be made");
      }
      bytes = Math.multiplyExact(bytes, extents[axis]);
      holder = array;
      at = 0;
    }
    int length = 0;
    if (elementType instanceof BinaryType) {
      notNull(holder, at);
      length = holder.getBinary(at).length;
    }
    Element found = Element.of(elementType, length, textLength);
    if (found == null) {
      throw new InputException("no bytes, of which no element can be made");
    }
    rowBytes = Math.multiplyExact(bytes, found.size());
    element = found;
  }

  private static void notNull(SpecializedGetters from, int ordinal) {
    if (from.isNullAt(ordinal)) {
      throw new InputException("null, which no array holds; fill it or leave the row out");
    }
  }

  private void put(SpecializedGetters from, int ordinal, int axis) {
    if (axis == extents.length) {
      if (element.hasNull() && from.isNullAt(ordinal)) {
        data.putLong(Element.NOT_A_TIME);
      } else {
        notNull(from, ordinal);
        element.put().put(from, ordinal, data);
      }
      return;
    }
    notNull(from, ordinal);
    ArrayData array = from.getArray(ordinal);
    if (array.numElements() != extents[axis]) {
      throw new InputException("an array of " + array.numElements()
          + " elements, the first row's has " + extents[axis] + "; all rows must be of one shape");
    }
    for (int i = 0; i < extents[axis]; i++) {
      put(array, i, axis + 1);
    }
  }

  private void ensureRoom() {
    if (data.remaining() < rowBytes) {
      long wanted = Math.max(2L * data.capacity(), Math.max(SMALLEST, bytes() + rowBytes));
      int most = Integer.MAX_VALUE - 64;
      if (bytes() + rowBytes > most) {
        throw new InputException("more than 2 GiB in one shard; lower option shardSize");
      }
      data = empty((int) Math.min(wanted, most)).put(data.flip());
    }
  }

  private static ByteBuffer empty(int capacity) {
    return ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The rows that are held, which then are held no more; null if there are none. */
  NDArray take() {
    if (rows == 0) {
      return null;
    }
    long[] shape = new long[1 + extents.length];
    shape[0] = rows;
    for (int axis = 0; axis < extents.length; axis++) {
      shape[1 + axis] = extents[axis];
    }
    NDArray array = NDArray.of(DTypeText.parse(element.dtype(), shape), data.flip());
    data = empty(0);
    rows = 0;
    return array;
  }
}
