package io.parallelsaver.spark;

import io.parallelsaver.testing.ChildProcess;
import io.parallelsaver.testing.NumPy;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Programs that use Spark, in JVMs of their own with this one's class path. PySpark is NumPy's Python's, or on the path that {@code
 * PARALLEL_SAVER_PYSPARK} gives: {@code SPARK/python} and the zip of py4j in {@code SPARK/python/lib}, with a colon between.
 */
final class Submitted {
  private Submitted() {}

  /** Why there is no PySpark; null if there is. */
  static String missingPySpark() {
    try {
      run(List.of("env", pythonPath(), NumPy.python(), "-c", "import pyspark, numpy"));
      return null;
    } catch (AssertionError | UncheckedIOException e) {
      return "no PySpark in " + NumPy.python() + ", and PARALLEL_SAVER_PYSPARK names none";
    }
  }

  private static String pythonPath() {
    return "PYTHONPATH=" + System.getenv().getOrDefault("PARALLEL_SAVER_PYSPARK", "");
  }

  /** A script of Python, as {@code spark-submit} runs it. */
  static List<String> python(Path folder, Path script, Object... arguments) {
    return run(
        java(folder), List.of("org.apache.spark.deploy.SparkSubmit", script.toString()), arguments);
  }

  /** A class in a file of its own. */
  static List<String> java(Path folder, Path source, Object... arguments) {
    return run(java(folder), List.of(source.toString()), arguments);
  }

  private static List<String> java(Path folder) {
    List<String> command = new ArrayList<>(List.of(
        "env",
        pythonPath(),
        "PYSPARK_PYTHON=" + NumPy.python(),
        Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of(System.getProperty("spark.jvm.flags").strip().split("\\s+")));
    command.addAll(List.of(
        "-Xmx" + System.getProperty("submitted.heap", "1g"),
        "-Dspark.master=local[2]",
        "-Dspark.ui.enabled=false",
        "-Dspark.local.dir=" + folder,
        "-cp",
        System.getProperty("java.class.path")));
    return command;
  }

  private static List<String> run(List<String> command, List<String> what, Object... arguments) {
    List<String> all = new ArrayList<>(command);
    all.addAll(what);
    for (Object argument : arguments) {
      all.add(argument.toString());
    }
    return run(all);
  }

  private static List<String> run(List<String> command) {
    try (ChildProcess child = ChildProcess.start(command.toArray(String[]::new))) {
      return child.finish();
    }
  }
}
