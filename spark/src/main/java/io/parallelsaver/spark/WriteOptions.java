package io.parallelsaver.spark;

import io.parallelsaver.error.InputException;
import io.parallelsaver.output.Durability;
import io.parallelsaver.resident.PoolDirectory;
import java.io.Serializable;
import java.util.Locale;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * How a set is written.
 *
 * @param path {@code path}: the directory that holds the set, and nothing else
 * @param rows {@code rows}: whether each column becomes an array and each row an index of its first axis; else a row is an array
 * @param textLength {@code textLength}: characters of the elements of arrays that are made of strings; 0 if not said
 * @param shardBytes {@code shardSize}: a task begins another shard when the arrays it holds take more; it holds so many in memory
 * @param durable {@code durability}, {@code sync} or {@code none}: whether shards and index are on the device when the job ends
 * @param pool {@code pool}: directory of the host's resident workers, which are used if there are any
 */
public record WriteOptions(
    String path, boolean rows, int textLength, long shardBytes, boolean durable, String pool)
    implements Serializable {
  private static final String SHARD_BYTES = "128m";

  static WriteOptions of(CaseInsensitiveStringMap options) {
    String path = options.get("path");
    if (path == null) {
      throw new InputException("format npz needs a path: save(\"results\")");
    }
    long shardBytes = ByteSizes.parse("shardSize", options.getOrDefault("shardSize", SHARD_BYTES));
    if (shardBytes < 1) {
      throw new InputException("option shardSize must be above 0, found " + shardBytes);
    }
    int textLength = options.getInt("textLength", 0);
    if (textLength < 0) {
      throw new InputException("option textLength must not be negative, found " + textLength);
    }
    return new WriteOptions(
        path,
        options.getBoolean("rows", false),
        textLength,
        shardBytes,
        durable(options.getOrDefault("durability", "sync")),
        options.getOrDefault("pool", PoolDirectory.DEFAULT.toString()));
  }

  private static boolean durable(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "sync" -> true;
      case "none" -> false;
      default ->
        throw new InputException("option durability must be sync or none, found '" + text + "'");
    };
  }

  public Durability durability() {
    return durable ? Durability.SYNC : Durability.NONE;
  }
}
