package io.parallelsaver.spark;

import io.parallelsaver.spark.read.Reading;
import io.parallelsaver.spark.write.SetWrite;
import java.util.EnumSet;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** What one load or save is about: it is for reading or for writing. */
final class NpzTable implements SupportsRead, SupportsWrite {
  private final String name;
  private final StructType schema;
  private final Reading reading;

  private NpzTable(String name, StructType schema, Reading reading) {
    this.name = name;
    this.schema = schema;
    this.reading = reading;
  }

  static NpzTable reading(CaseInsensitiveStringMap options) {
    Reading reading = new Reading(ReadOptions.of(options));
    return new NpzTable(reading.toString(), reading.schema(), reading);
  }

  /** With columns that are known, or believed, to be there. */
  static NpzTable reading(CaseInsensitiveStringMap options, StructType schema) {
    Reading reading = new Reading(ReadOptions.of(options));
    return new NpzTable(reading.toString(), schema, reading);
  }

  static NpzTable writing(CaseInsensitiveStringMap options, StructType schema) {
    return new NpzTable("npz " + options.get("path"), schema, null);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  @SuppressWarnings("deprecation") // What it is deprecated for, columns(), is made of it.
  public StructType schema() {
    return schema;
  }

  @Override
  public Set<TableCapability> capabilities() {
    return reading == null
        ? EnumSet.of(
            TableCapability.BATCH_WRITE,
            TableCapability.TRUNCATE,
            TableCapability.ACCEPT_ANY_SCHEMA)
        : EnumSet.of(TableCapability.BATCH_READ);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return reading.scan(schema);
  }

  @Override
  public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
    return SetWrite.builder(info, WriteOptions.of(info.options()));
  }
}
