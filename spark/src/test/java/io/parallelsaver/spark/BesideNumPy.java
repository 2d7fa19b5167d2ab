package io.parallelsaver.spark;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code bench/beside_numpy.py}, which needs PySpark: not among the tests, {@code -Dtest=BesideNumPy} runs it. */
class BesideNumPy {
  @TempDir
  Path folder;

  @Test
  void readAndWrite() {
    Submitted.python(
            folder,
            Path.of("bench", "beside_numpy.py"),
            folder,
            Integer.getInteger("bench.mebibytes", 16),
            Integer.getInteger("bench.rounds", 3))
        .forEach(System.out::println);
  }
}
