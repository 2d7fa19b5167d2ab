package io.parallelsaver.spark;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code bench/beside.py}, which needs PySpark: not among the tests, {@code -Dtest=BesidePython} runs it. */
class BesidePython {
  @TempDir
  Path folder;

  @Test
  void readAndWrite() {
    Submitted.python(
            folder,
            Path.of("bench", "beside.py"),
            folder,
            Integer.getInteger("bench.mebibytes", 16),
            Integer.getInteger("bench.rounds", 3))
        .forEach(System.out::println);
  }
}
