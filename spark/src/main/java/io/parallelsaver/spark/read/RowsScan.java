package io.parallelsaver.spark.read;

import io.parallelsaver.spark.ReadOptions;
import io.parallelsaver.spark.plan.ArrayPlace;
import io.parallelsaver.spark.storage.Storages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.Statistics;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.connector.read.SupportsReportStatistics;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** A row for each index of the first axis: tasks get ranges of rows. */
final class RowsScan implements Scan, Batch, SupportsReportStatistics {
  private final ReadOptions options;
  private final Storages storages;
  private final List<Table> tables;
  private final StructType schema;

  private RowsScan(ReadOptions options, Storages storages, List<Table> tables, StructType schema) {
    this.options = options;
    this.storages = storages;
    this.tables = tables;
    this.schema = schema;
  }

  /** Takes what Spark needs of the columns. */
  static final class Builder implements ScanBuilder, SupportsPushDownRequiredColumns {
    private final ReadOptions options;
    private final Storages storages;
    private final List<Table> tables;
    private StructType schema;

    Builder(ReadOptions options, Storages storages, List<Table> tables) {
      this.options = options;
      this.storages = storages;
      this.tables = tables;
      this.schema = tables.get(0).schema();
    }

    @Override
    public void pruneColumns(StructType required) {
      schema = required;
    }

    @Override
    public Scan build() {
      return new RowsScan(options, storages, tables, schema);
    }
  }

  @Override
  public StructType readSchema() {
    return schema;
  }

  @Override
  public String description() {
    return "npz rows " + options.paths();
  }

  @Override
  public Batch toBatch() {
    return this;
  }

  @Override
  public ColumnarSupportMode columnarSupportMode() {
    return ColumnarSupportMode.SUPPORTED;
  }

  private long bytes() {
    long bytes = 0;
    for (Table table : tables) {
      bytes += table.rows();
      for (ArrayPlace column : table.columns(schema)) {
        bytes += column.length();
      }
    }
    return bytes;
  }

  @Override
  public Statistics estimateStatistics() {
    long rows = tables.stream().mapToLong(Table::rows).sum();
    return new Estimate(OptionalLong.of(bytes()), OptionalLong.of(rows));
  }

  @Override
  public InputPartition[] planInputPartitions() {
    long most = Splits.bytes(SparkSession.active(), options, bytes());
    List<InputPartition> partitions = new ArrayList<>();
    for (Table table : tables) {
      ArrayPlace[] columns = table.columns(schema);
      long bytes = table.rows();
      boolean seekable = true;
      for (ArrayPlace column : columns) {
        bytes += column.length();
        seekable &= column.isSeekable();
      }
      // Whoever must inflate all that stands before its rows would do it again for each range.
      long parts = seekable ? Math.max(1, Math.min(table.rows(), (bytes + most - 1) / most)) : 1;
      for (long part = 0; part < parts; part++) {
        long from = border(table.rows(), part, parts);
        long to = border(table.rows(), part + 1, parts);
        if (from < to) {
          partitions.add(new RowsPartition(columns, from, to));
        }
      }
    }
    return partitions.toArray(InputPartition[]::new);
  }

  /** Where a part of equal parts begins. */
  private static long border(long rows, long part, long parts) {
    return rows / parts * part + Math.min(part, rows % parts);
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    DataType[] types =
        Arrays.stream(schema.fields()).map(StructField::dataType).toArray(DataType[]::new);
    return new Factory(storages, types);
  }

  private record Factory(Storages storages, DataType[] types) implements PartitionReaderFactory {
    @Override
    public boolean supportColumnarReads(InputPartition partition) {
      return true;
    }

    @Override
    public PartitionReader<ColumnarBatch> createColumnarReader(InputPartition partition) {
      try {
        return new RowsReader(storages, (RowsPartition) partition, types);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public PartitionReader<InternalRow> createReader(InputPartition partition) {
      throw new UnsupportedOperationException("rows are read in batches");
    }
  }
}
