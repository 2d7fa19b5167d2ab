package io.parallelsaver.spark.read;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.spark.plan.ArrayPlace;
import io.parallelsaver.spark.storage.Storages;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** A row for each index of the first axis, many at a time. Arrays without axes have the same value in each row. */
final class RowsReader implements PartitionReader<ColumnarBatch> {
  /** Small enough for a processor's cache to hold most of it. */
  private static final long BATCH_BYTES = 4 << 20;

  private static final long MOST_ROWS = 1 << 16;

  private final OpenFiles files;
  private final NDArray[] arrays;
  private final DataType[] types;
  private final long to;
  private final int rowsAtOnce;
  private long next;
  private ColumnarBatch batch;

  /**
   * @param types of the partition's columns
   */
  RowsReader(Storages storages, RowsPartition partition, DataType[] types) throws IOException {
    this.files = new OpenFiles(storages);
    this.types = types;
    this.next = partition.from();
    this.to = partition.to();
    this.arrays = new NDArray[types.length];
    double rowBytes = 1;
    for (int i = 0; i < types.length; i++) {
      ArrayPlace place = partition.columns()[i];
      arrays[i] = array(place);
      ArraySpec spec = arrays[i].spec();
      rowBytes += spec.ndim() == 0 ? spec.byteSize() : rowBytes(spec);
    }
    this.rowsAtOnce = (int) Math.max(1, Math.min(MOST_ROWS, BATCH_BYTES / rowBytes));
  }

  private static double rowBytes(ArraySpec spec) {
    return (double) spec.byteSize() / Math.max(1, spec.shape()[0]);
  }

  private NDArray array(ArrayPlace place) throws IOException {
    NDArray array = files.array(place);
    if (MemoryOrder.isC(array.spec()) || place.isStored()) {
      return array;
    }
    // Rows lie scattered, and none can be inflated without all others before it.
    ByteBuffer whole = array.toBytes();
    return NDArray.of(array.spec(), whole);
  }

  @Override
  public boolean next() {
    if (next >= to) {
      return false;
    }
    int rows = (int) Math.min(rowsAtOnce, to - next);
    ColumnVector[] vectors = new ColumnVector[arrays.length];
    for (int i = 0; i < vectors.length; i++) {
      NDArray array = arrays[i];
      vectors[i] = array.spec().ndim() == 0
          ? new RepeatedVector(Vectors.of(array.reshape(1), types[i]))
          : Vectors.of(array.slice(next, next + rows), types[i]);
    }
    next += rows;
    batch = new ColumnarBatch(vectors, rows);
    return true;
  }

  @Override
  public ColumnarBatch get() {
    return batch;
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
