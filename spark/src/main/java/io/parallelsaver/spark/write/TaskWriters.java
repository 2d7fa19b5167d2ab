package io.parallelsaver.spark.write;

import io.parallelsaver.spark.WriteOptions;
import java.io.Serializable;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.types.StructType;

/** Makes what takes the rows of a task. */
interface TaskWriters extends Serializable {
  /**
   * @param files where its shards go
   * @param part part of the names of members, which no other partition of any job has
   */
  DataWriter<InternalRow> writer(ShardFiles files, String part);

  /**
   * Each row is an array.
   *
   * @throws io.parallelsaver.error.InputException if the columns are not those of arrays
   */
  static TaskWriters ofArrays(StructType schema, WriteOptions options) {
    ArrayRows rows = ArrayRows.of(schema);
    return (files, part) -> new ArraysWriter(files, rows, options.shardBytes());
  }

  /**
   * Each column is an array.
   *
   * @throws io.parallelsaver.error.InputException if one is of a type that no array has
   */
  static TaskWriters ofColumns(StructType schema, WriteOptions options) {
    ColumnData.check(schema, options.textLength());
    return (files, part) -> new ColumnsWriter(
        files, ColumnData.of(schema, options.textLength()), part, options.shardBytes());
  }
}
