package io.parallelsaver.array;

import io.parallelsaver.array.StridedCopy.Runs;
import io.parallelsaver.array.StructType.Field;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The bytes of structured items, put together when they are read from one column of bytes for each field. */
final class InterleavedData implements ArrayData {
  /** Bytes of items put together at a time. */
  private static final int BLOCK = 1 << 18;

  private final List<Column> columns;
  private final int itemSize;
  private final long count;

  private record Column(ArrayData data, int width) {}

  private InterleavedData(List<Column> columns, int itemSize, long count) {
    this.columns = columns;
    this.itemSize = itemSize;
    this.count = count;
  }

  /**
   * @throws IllegalArgumentException if there are no columns, or they differ in shape or memory order; the message names the field
   */
  static NDArray array(Map<String, NDArray> fields) {
    if (fields.isEmpty()) {
      throw new IllegalArgumentException("a structured array needs at least one field");
    }
    List<Field> types = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    ArraySpec first = fields.values().iterator().next().spec();
    fields.forEach((name, array) -> {
      ArraySpec spec = array.spec();
      if (name.isEmpty()) {
        throw new IllegalArgumentException(
            "a field without a name is padding to NumPy; name the one of " + spec);
      }
      boolean alike = Arrays.equals(spec.shape(), first.shape())
          && (spec.ndim() < 2 || spec.fortranOrder() == first.fortranOrder());
      if (!alike) {
        throw new IllegalArgumentException("field " + PythonText.quote(name) + ": found " + spec
            + ", expected shape and order of the first field, " + first);
      }
      types.add(Field.of(name, spec.dtype()));
      columns.add(new Column(array.data(), (int) spec.dtype().itemSize()));
    });
    StructType dtype = new StructType(types);
    if (dtype.itemSize() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "an item of " + dtype.itemSize() + " bytes is larger than NumPy's largest, 2^31-1");
    }
    ArraySpec spec = new ArraySpec(dtype, first.shape(), first.fortranOrder());
    return NDArray.of(spec, new InterleavedData(columns, (int) dtype.itemSize(), spec.size()));
  }

  @Override
  public long length() {
    return count * itemSize;
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    Objects.checkFromIndexSize(offset, target.remaining(), length());
    long at = offset;
    while (target.hasRemaining()) {
      int inside = (int) (at % itemSize);
      long touched = ((long) inside + target.remaining() - 1) / itemSize + 1;
      int items = (int) Math.min(touched, Math.max(1, BLOCK / itemSize));
      ByteBuffer block = items(at / itemSize, items);
      int take = Math.min(block.capacity() - inside, target.remaining());
      target.put(target.position(), block, inside, take);
      target.position(target.position() + take);
      at += take;
    }
  }

  private ByteBuffer items(long first, int items) {
    ByteBuffer block = ByteBuffer.allocate(items * itemSize);
    int offset = 0;
    for (Column column : columns) {
      ByteBuffer values = ByteBuffer.allocate(items * column.width());
      column.data().read(first * column.width(), values);
      StridedCopy.copy(
          new Runs(values, 0, column.width()),
          new Runs(block, offset, itemSize),
          column.width(),
          items);
      offset += column.width();
    }
    return block;
  }
}
