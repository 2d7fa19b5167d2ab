package io.parallelsaver.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.ParallelSaver;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadTest {
  @TempDir
  static Path folder;

  static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = Sessions.local(folder);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void arrays() {
    ParallelSaver.save(
        folder.resolve("a.npz").toString(),
        NamedArrays.of().and("x", new double[][] {{1, 2}, {3, 4}}).and("n", new int[] {7, 8, 9}));
    Dataset<Row> found = spark.read().format("npz").load(folder.resolve("a.npz").toString());
    found.printSchema();
    found.show();
    assertEquals(2, found.count());
    Row x = found.where("key = 'x'").first();
    assertEquals("<f8", x.getString(1));
    assertEquals(List.of(2L, 2L), x.getList(2));
    found.write().format("npz").save(folder.resolve("out").toString());
    spark.read().format("npz").load(folder.resolve("out").toString()).show();
    found.write().format("npz").mode("overwrite").save(folder.resolve("out").toString());
    Dataset<Row> rows = spark
        .read()
        .format("npz")
        .option("rows", true)
        .option("keys", "x")
        .load(folder.resolve("out").toString());
    rows.show();
    rows.explain();
    for (String name : folder.resolve("out").toFile().list()) {
      System.out.println(name);
    }
  }
}
