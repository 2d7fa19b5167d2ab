package io.parallelsaver.spark;

import io.parallelsaver.spark.write.SavedRelation;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.CreatableRelationProvider;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The format {@code npz}.
 *
 * <pre>{@code
 * spark.read().format("npz").load("results.npz")                        // key, dtype, shape, data
 * spark.read().format("npz").option("rows", true).load("train/*.npz")   // a column for each array
 * frame.write().format("npz").mode("overwrite").save("results")         // a sharded set in a directory
 * }</pre>
 *
 * <p>Spark lets a source of this kind append and overwrite only. So it asks for every save to be done here, where all four modes are known;
 * that then runs as a write of version 2, see {@link SavedRelation}.
 */
public final class NpzSource
    implements TableProvider, DataSourceRegister, CreatableRelationProvider {
  private NpzTable table;

  /** Spark makes one of these for each load and save. */
  public NpzSource() {}

  @Override
  public String shortName() {
    return "npz";
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    table = NpzTable.reading(options);
    return table.schema();
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    CaseInsensitiveStringMap options = new CaseInsensitiveStringMap(properties);
    if (options.containsKey(SavedRelation.JOB)) {
      return NpzTable.writing(options, schema);
    }
    // Without a look at what is there when the caller says what columns there are, as each save
    // does.
    return table == null ? NpzTable.reading(options, schema) : table;
  }

  /** What is saved says what it is: nothing there is looked at. */
  @Override
  public boolean supportsExternalMetadata() {
    return true;
  }

  @Override
  public BaseRelation createRelation(
      SQLContext context,
      SaveMode mode,
      scala.collection.immutable.Map<String, String> options,
      Dataset<Row> rows) {
    return SavedRelation.save(context, mode, CollectionConverters.asJava(options), rows);
  }
}
