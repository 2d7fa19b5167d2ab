package io.parallelsaver.spark.write;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.array.NDArray;
import java.io.IOException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.WriterCommitMessage;

/** One attempt of a task whose rows are arrays. */
final class ArraysWriter implements DataWriter<InternalRow> {
  private final ShardFiles files;
  private final ArrayRows rows;
  private final long shardBytes;
  private NamedArrays held = NamedArrays.of();
  private long bytes;

  ArraysWriter(ShardFiles files, ArrayRows rows, long shardBytes) {
    this.files = files;
    this.rows = rows;
    this.shardBytes = shardBytes;
  }

  @Override
  public void write(InternalRow row) throws IOException {
    NDArray array = rows.array(row);
    if (bytes > 0 && bytes + array.spec().byteSize() > shardBytes) {
      save();
    }
    held.and(rows.key(row), array);
    bytes += array.spec().byteSize();
  }

  @Override
  public WriterCommitMessage commit() throws IOException {
    if (!held.asMap().isEmpty()) {
      save();
    }
    return files.written();
  }

  private void save() throws IOException {
    files.save(held, "");
    held = NamedArrays.of();
    bytes = 0;
  }

  @Override
  public void abort() throws IOException {
    files.delete();
  }

  @Override
  public void close() {
    held = NamedArrays.of();
  }
}
