package io.parallelsaver.spark.write;

import io.parallelsaver.spark.WriteOptions;
import io.parallelsaver.spark.storage.Storages;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.SupportsTruncate;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.WriteBuilder;

/** A write of a set, in place of the one that is there or in addition to it. */
public final class SetWrite implements Write {
  private final LogicalWriteInfo info;
  private final WriteOptions options;
  private final boolean append;

  private SetWrite(LogicalWriteInfo info, WriteOptions options, boolean append) {
    this.info = info;
    this.options = options;
    this.append = append;
  }

  /** A write that appends, unless it is told to truncate. */
  public static WriteBuilder builder(LogicalWriteInfo info, WriteOptions options) {
    return new Builder(info, options);
  }

  private record Builder(LogicalWriteInfo info, WriteOptions options) implements SupportsTruncate {
    @Override
    public WriteBuilder truncate() {
      return new WriteBuilder() {
        @Override
        public Write build() {
          return new SetWrite(info, options, false);
        }
      };
    }

    @Override
    public Write build() {
      return new SetWrite(info, options, true);
    }
  }

  @Override
  public String description() {
    return "npz " + options.path();
  }

  /**
   * @throws io.parallelsaver.error.InputException if the frame has columns that cannot be written
   */
  @Override
  public BatchWrite toBatch() {
    TaskWriters writers = options.rows()
        ? TaskWriters.ofColumns(info.schema(), options)
        : TaskWriters.ofArrays(info.schema(), options);
    return new JobWrite(
        options,
        Storages.of(SparkSession.active()),
        info.options().get(SavedRelation.JOB),
        writers,
        append);
  }
}
