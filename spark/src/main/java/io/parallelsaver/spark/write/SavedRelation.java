package io.parallelsaver.spark.write;

import io.parallelsaver.error.InputException;
import io.parallelsaver.spark.plan.SetIndex;
import io.parallelsaver.spark.storage.Storage;
import io.parallelsaver.spark.storage.Storages;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** A save in any mode: whether it is done at all is decided here, how, by {@link SetWrite}. */
public final class SavedRelation extends BaseRelation {
  /** The option that says that a table is to be written: the name of the job, which its files carry. */
  public static final String JOB = "io.parallelsaver.spark.job";

  private static final String SHARDS = "shards";

  private final SQLContext context;
  private final StructType schema;

  private SavedRelation(SQLContext context, StructType schema) {
    this.context = context;
    this.schema = schema;
  }

  /**
   * Saves rows as a set in a directory.
   *
   * @param given the options, {@code path} and {@code shards} among them: so many tasks write
   * @throws InputException if something is there already and the mode is {@code ErrorIfExists}, or it is no set
   */
  public static BaseRelation save(
      SQLContext context, SaveMode mode, Map<String, String> given, Dataset<Row> rows) {
    CaseInsensitiveStringMap options = new CaseInsensitiveStringMap(given);
    String path = options.get("path");
    if (path == null) {
      throw new InputException("format npz needs a path: save(\"results\")");
    }
    boolean there = isThere(Storages.of(context.sparkSession()), path);
    if (there && mode == SaveMode.ErrorIfExists) {
      throw new InputException(path + " is there already; use mode overwrite, append or ignore");
    }
    if (!there || mode != SaveMode.Ignore) {
      int shards = options.getInt(SHARDS, 0);
      Dataset<Row> parts = shards > 0 ? rows.repartition(shards) : rows;
      parts
          .write()
          .format("npz")
          .options(given)
          .option(JOB, UUID.randomUUID().toString().substring(0, 8))
          .mode(mode == SaveMode.Append ? SaveMode.Append : SaveMode.Overwrite)
          .save();
    }
    return new SavedRelation(context, rows.schema());
  }

  /** Whether there is a set, or something that is none and must not be written over. */
  private static boolean isThere(Storages storages, String path) {
    try {
      String directory = storages.absolute(path);
      Storage storage = storages.at(directory);
      var found = storage.find(directory);
      if (found.isEmpty()) {
        return false;
      } else if (!found.get().isDirectory()) {
        throw new InputException(
            "cannot save a set to " + path + ": it is a file; name a directory");
      }
      return storage.find(SetIndex.path(directory)).isPresent();
    } catch (IOException e) {
      throw new InputException("cannot look at " + path + ": " + e, e);
    }
  }

  @Override
  public SQLContext sqlContext() {
    return context;
  }

  @Override
  public StructType schema() {
    return schema;
  }
}
