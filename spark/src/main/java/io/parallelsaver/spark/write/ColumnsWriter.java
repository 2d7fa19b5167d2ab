package io.parallelsaver.spark.write;

import io.parallelsaver.NamedArrays;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.WriterCommitMessage;

/** One attempt of a task whose columns are arrays: its rows are a part of each. */
final class ColumnsWriter implements DataWriter<InternalRow> {
  private final ShardFiles files;
  private final List<ColumnData> columns;
  private final String task;
  private final long shardBytes;

  /**
   * @param task part of the names of members, which no other task of any job has
   */
  ColumnsWriter(ShardFiles files, List<ColumnData> columns, String task, long shardBytes) {
    this.files = files;
    this.columns = columns;
    this.task = task;
    this.shardBytes = shardBytes;
  }

  @Override
  public void write(InternalRow row) throws IOException {
    long bytes = 0;
    for (int i = 0; i < columns.size(); i++) {
      columns.get(i).add(row, i);
      bytes += columns.get(i).bytes();
    }
    if (bytes >= shardBytes) {
      save();
    }
  }

  @Override
  public WriterCommitMessage commit() throws IOException {
    if (columns.get(0).rows() > 0) {
      save();
    }
    return files.written();
  }

  private void save() throws IOException {
    String suffix = "[" + task + "-" + files.count() + "]";
    NamedArrays arrays = NamedArrays.of();
    columns.forEach(column -> arrays.and(column.name() + suffix, column.take()));
    files.save(arrays, suffix);
  }

  @Override
  public void abort() throws IOException {
    files.delete();
  }

  @Override
  public void close() {
    columns.forEach(ColumnData::take);
  }
}
