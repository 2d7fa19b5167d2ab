package io.parallelsaver.spark.read;

import io.parallelsaver.error.InputException;
import io.parallelsaver.spark.ReadOptions;
import io.parallelsaver.spark.plan.Source;
import io.parallelsaver.spark.plan.Sources;
import io.parallelsaver.spark.storage.Storages;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** What is read, looked at once, when it is first needed. */
public final class Reading {
  private final ReadOptions options;
  private Storages storages;
  private List<Source> sources;
  private List<Table> tables;

  public Reading(ReadOptions options) {
    this.options = options;
  }

  /** The columns; where each array is a row they are always the same, and nothing is looked at. */
  public StructType schema() {
    return options.rows() ? tables().get(0).schema() : ArrayColumns.SCHEMA;
  }

  /**
   * A scan of all of it.
   *
   * @param columns that are believed to be there
   * @throws InputException if one of them is not, or is of another type
   */
  public ScanBuilder scan(StructType columns) {
    List<StructField> there = List.of(schema().fields());
    for (StructField column : columns.fields()) {
      boolean found = there.stream()
          .anyMatch(field ->
              field.name().equals(column.name()) && field.dataType().sameType(column.dataType()));
      if (!found) {
        throw new InputException(this + " has no column " + column.name() + " "
            + column.dataType().sql() + "; it has " + schema().toDDL());
      }
    }
    return options.rows()
        ? new RowsScan.Builder(options, storages(), tables())
        : new ArraysScan.Builder(options, storages(), sources());
  }

  @Override
  public String toString() {
    return "npz " + options.paths();
  }

  private synchronized Storages storages() {
    if (storages == null) {
      storages = Storages.of(SparkSession.active());
    }
    return storages;
  }

  private synchronized List<Source> sources() {
    if (sources == null) {
      sources = new Sources(storages()).find(options.paths());
    }
    return sources;
  }

  private synchronized List<Table> tables() {
    if (tables == null) {
      tables = Table.of(sources(), options.keys());
    }
    return tables;
  }
}
