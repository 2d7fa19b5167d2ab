package io.parallelsaver.spark;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.parallelsaver.error.InputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * How a table is read.
 *
 * @param paths files, directories and patterns of Hadoop's
 * @param rows {@code rows}: a row for each index of the first axis, not for each array
 * @param keys {@code keys}: which arrays, separated by commas; null for all
 * @param partitionBytes {@code partitionBytes}: about so many bytes are one task; 0 for Spark's {@code
 *     spark.sql.files.maxPartitionBytes}, or less if that keeps more processors at work
 * @param checksum {@code checksum}: whether the CRC-32 of each whole array that is read is compared with the one that is recorded
 */
public record ReadOptions(
    List<String> paths, boolean rows, List<String> keys, long partitionBytes, boolean checksum) {
  static ReadOptions of(CaseInsensitiveStringMap options) {
    String keys = options.get("keys");
    return new ReadOptions(
        paths(options),
        options.getBoolean("rows", false),
        keys == null ? null : Arrays.asList(keys.split(",")),
        ByteSizes.parse("partitionBytes", options.getOrDefault("partitionBytes", "0")),
        options.getBoolean("checksum", true));
  }

  /** {@code load()} of one path gives {@code path}, of several {@code paths}, a list in JSON. */
  private static List<String> paths(CaseInsensitiveStringMap options) {
    List<String> paths = new ArrayList<>();
    if (options.containsKey("path")) {
      paths.add(options.get("path"));
    }
    if (options.containsKey("paths")) {
      try (JsonParser list = new JsonFactory().createParser(options.get("paths"))) {
        while (list.nextToken() != null) {
          if (list.currentToken() == JsonToken.VALUE_STRING) {
            paths.add(list.getText());
          }
        }
      } catch (IOException e) {
        throw new InputException("option paths is no list in JSON: " + options.get("paths"), e);
      }
    }
    if (paths.isEmpty()) {
      throw new InputException("format npz needs a path: load(\"results.npz\")");
    }
    return paths;
  }
}
