package io.parallelsaver.spark.write;

import io.parallelsaver.NamedArrays;
import java.io.IOException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.WriterCommitMessage;

/** One attempt of a task whose rows are arrays. */
final class ArraysWriter implements DataWriter<InternalRow> {
  private final ShardFiles files;
  private final ArrayRows rows;
  private final long shardBytes;
  private final RowBytes memory = new RowBytes();
  private NamedArrays held = NamedArrays.of();
  private long bytes;

  ArraysWriter(ShardFiles files, ArrayRows rows, long shardBytes) {
    this.files = files;
    this.rows = rows;
    this.shardBytes = shardBytes;
  }

  @Override
  public void write(InternalRow row) throws IOException {
    // Before the row takes memory: a save gives back all of it.
    long size = rows.size(row);
    if (bytes > 0 && bytes + size > shardBytes) {
      save();
    }
    held.and(rows.key(row), rows.array(row, memory));
    bytes += size;
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
    memory.reuse();
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
