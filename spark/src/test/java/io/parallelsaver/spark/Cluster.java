package io.parallelsaver.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * A Spark of two executor JVMs on this host. Spark's worker wants a {@code SPARK_HOME} with a folder {@code jars}; it is empty, the executors
 * get this JVM's class path.
 */
final class Cluster {
  private Cluster() {}

  static SparkSession start(Path folder, Map<String, String> settings) {
    return start("local-cluster[2,1,1024]", folder, settings);
  }

  static SparkSession start(String master, Path folder, Map<String, String> settings) {
    try {
      Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> all = new HashMap<>();
    all.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
    all.put("spark.task.maxFailures", "4");
    // What Spark's libraries unpack there stays when an executor is killed.
    all.put("spark.executor.extraJavaOptions", "-Djava.io.tmpdir=" + folder);
    all.putAll(settings);
    return Sessions.start(master, folder, all);
  }

  /** Process ids of the executors of this JVM's cluster. */
  static List<Long> executors() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.isAlive() && isExecutor(child.pid()))
        .map(ProcessHandle::pid)
        .toList();
  }

  private static boolean isExecutor(long pid) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"))
          .contains("CoarseGrainedExecutorBackend");
    } catch (IOException e) {
      return false;
    }
  }

  /** All files below a folder, by their paths in it; what goes meanwhile may be among them or not. */
  static List<String> files(Path folder) {
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (var paths = Files.walk(folder)) {
      return paths
          .filter(path -> !path.equals(folder))
          .map(path -> folder.relativize(path).toString())
          .sorted()
          .toList();
    } catch (UncheckedIOException | IOException e) {
      return files(folder);
    }
  }
}
