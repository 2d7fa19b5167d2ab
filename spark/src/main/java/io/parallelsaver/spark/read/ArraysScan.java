package io.parallelsaver.spark.read;

import io.parallelsaver.spark.ReadOptions;
import io.parallelsaver.spark.plan.ArrayPlace;
import io.parallelsaver.spark.plan.Source;
import io.parallelsaver.spark.storage.Storages;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.Statistics;
import org.apache.spark.sql.connector.read.SupportsPushDownFilters;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.connector.read.SupportsReportStatistics;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.types.StructType;

/** A row for each array: tasks get arrays that stand next to each other. */
final class ArraysScan implements Scan, Batch, SupportsReportStatistics {
  private final ReadOptions options;
  private final Storages storages;
  private final List<ArrayPlace> arrays;
  private final StructType schema;

  private ArraysScan(
      ReadOptions options, Storages storages, List<ArrayPlace> arrays, StructType schema) {
    this.options = options;
    this.storages = storages;
    this.arrays = arrays;
    this.schema = schema;
  }

  /** Takes what Spark needs of the columns, and of the keys. */
  static final class Builder
      implements ScanBuilder, SupportsPushDownRequiredColumns, SupportsPushDownFilters {
    private final ReadOptions options;
    private final Storages storages;
    private final List<Source> sources;
    private final List<Filter> pushed = new ArrayList<>();
    private StructType schema = ArrayColumns.SCHEMA;

    Builder(ReadOptions options, Storages storages, List<Source> sources) {
      this.options = options;
      this.storages = storages;
      this.sources = sources;
    }

    @Override
    public void pruneColumns(StructType required) {
      schema = required;
    }

    @Override
    public Filter[] pushFilters(Filter[] filters) {
      List<Filter> left = new ArrayList<>();
      for (Filter filter : filters) {
        (KeyFilter.of(filter) == null ? left : pushed).add(filter);
      }
      return left.toArray(Filter[]::new);
    }

    @Override
    public Filter[] pushedFilters() {
      return pushed.toArray(Filter[]::new);
    }

    @Override
    public Scan build() {
      Predicate<String> wanted =
          pushed.stream().map(KeyFilter::of).reduce(key -> true, Predicate::and);
      List<ArrayPlace> arrays = new ArrayList<>();
      for (Source source : sources) {
        source.select(options.keys()).arrays().stream()
            .filter(array -> wanted.test(array.key()))
            .forEach(arrays::add);
      }
      return new ArraysScan(options, storages, arrays, schema);
    }
  }

  @Override
  public StructType readSchema() {
    return schema;
  }

  @Override
  public String description() {
    return "npz " + options.paths() + ": " + arrays.size() + " arrays";
  }

  @Override
  public Batch toBatch() {
    return this;
  }

  @Override
  public ColumnarSupportMode columnarSupportMode() {
    return ColumnarSupportMode.UNSUPPORTED;
  }

  private boolean withData() {
    return List.of(schema.fieldNames()).contains(ArrayColumns.DATA);
  }

  private long bytes() {
    long names = arrays.stream().mapToLong(array -> 32L + array.key().length()).sum();
    return withData() ? names + arrays.stream().mapToLong(ArrayPlace::length).sum() : names;
  }

  @Override
  public Statistics estimateStatistics() {
    return new Estimate(OptionalLong.of(bytes()), OptionalLong.of(arrays.size()));
  }

  @Override
  public InputPartition[] planInputPartitions() {
    boolean data = withData();
    long most = Splits.bytes(SparkSession.active(), options, bytes());
    List<InputPartition> partitions = new ArrayList<>();
    List<ArrayPlace> some = new ArrayList<>();
    long taken = 0;
    for (ArrayPlace array : arrays) {
      long bytes = 32L + array.key().length() + (data ? array.length() : 0);
      if (!some.isEmpty() && taken + bytes > most) {
        partitions.add(new ArraysPartition(some.toArray(ArrayPlace[]::new)));
        some.clear();
        taken = 0;
      }
      some.add(array);
      taken += bytes;
    }
    if (!some.isEmpty()) {
      partitions.add(new ArraysPartition(some.toArray(ArrayPlace[]::new)));
    }
    return partitions.toArray(InputPartition[]::new);
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new Factory(storages, schema.fieldNames(), options.checksum());
  }

  private record Factory(Storages storages, String[] columns, boolean checked)
      implements PartitionReaderFactory {
    @Override
    public PartitionReader<InternalRow> createReader(InputPartition partition) {
      ArrayPlace[] arrays = ((ArraysPartition) partition).arrays();
      return new ArraysReader(storages, arrays, List.of(columns), checked);
    }
  }
}
