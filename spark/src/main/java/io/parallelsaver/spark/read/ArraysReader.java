package io.parallelsaver.spark.read;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.spark.plan.ArrayPlace;
import io.parallelsaver.spark.plan.DTypeText;
import io.parallelsaver.spark.storage.Storages;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.unsafe.types.UTF8String;

/** A row for each array, of the columns that are asked for. Without the bytes no file is opened. */
final class ArraysReader implements PartitionReader<InternalRow> {
  private final OpenFiles files;
  private final ArrayPlace[] arrays;
  private final List<String> columns;
  private final ArrayBytes bytes;
  private int next;
  private InternalRow row;

  /**
   * @param columns some of {@link ArrayColumns}
   */
  ArraysReader(Storages storages, ArrayPlace[] arrays, List<String> columns, boolean checked) {
    this.files = new OpenFiles(storages);
    this.arrays = arrays;
    this.columns = columns;
    this.bytes = new ArrayBytes(files, checked);
  }

  @Override
  public boolean next() throws IOException {
    if (next == arrays.length) {
      return false;
    }
    ArrayPlace place = arrays[next++];
    ArraySpec spec = place.spec();
    Object[] values = new Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = switch (columns.get(i)) {
        case ArrayColumns.KEY -> UTF8String.fromString(place.key());
        case ArrayColumns.DTYPE -> UTF8String.fromString(DTypeText.of(spec));
        case ArrayColumns.SHAPE -> UnsafeArrayData.fromPrimitiveArray(spec.shape());
        default -> bytes.read(place, spec);
      };
    }
    row = new GenericInternalRow(values);
    return true;
  }

  @Override
  public InternalRow get() {
    return row;
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
