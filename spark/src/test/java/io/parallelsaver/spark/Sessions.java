package io.parallelsaver.spark;

import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** Sessions for tests. */
final class Sessions {
  private Sessions() {}

  /** Two tasks at a time, in this JVM. */
  static SparkSession local(Path folder) {
    return start("local[2]", folder, Map.of());
  }

  /** The same, that also knows files which are not this host's. */
  static SparkSession withElsewhere(Path folder) {
    return start(
        "local[2]",
        folder,
        Map.of(ElsewhereFileSystem.SETTING, ElsewhereFileSystem.class.getName()));
  }

  /** A session of a master, which keeps all its files in a folder. */
  static SparkSession start(String master, Path folder, Map<String, String> settings) {
    SparkSession.Builder builder = SparkSession.builder()
        .master(master)
        .appName("test")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "4")
        // Not in the folder: Spark makes it again when it ends, after the folder is removed.
        .config(
            "spark.local.dir", Path.of("target", "spark-local").toAbsolutePath().toString())
        .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString());
    settings.forEach(builder::config);
    return builder.getOrCreate();
  }
}
