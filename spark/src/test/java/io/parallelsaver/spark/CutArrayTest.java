package io.parallelsaver.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.shards.IndexHead;
import io.parallelsaver.shards.IndexReader;
import io.parallelsaver.shards.IndexWriter;
import io.parallelsaver.shards.Part;
import io.parallelsaver.shards.ShardedArray;
import io.parallelsaver.shards.Sharding;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An array whose rows are in several shards. */
class CutArrayTest {
  private static final int PART_ROWS = 16;
  private static final int PARTS = 4;
  private static final int WIDTH = 64;

  @TempDir
  Path folder;

  @Test
  void isOneArrayAndOneTable() throws IOException {
    SparkSession spark = Sessions.local(folder);
    try {
      Path directory = folder.resolve("cut");
      Noise.arrays(spark, PARTS, PART_ROWS * WIDTH, PARTS)
          .write()
          .format("npz")
          .save(directory.toString());
      Path index = directory.resolve("cut.npz.index.json");
      joinAll(index);

      List<Row> arrays = spark.read().format("npz").load(directory.toString()).collectAsList();
      assertEquals(1, arrays.size());
      assertEquals(
          List.of((long) PARTS * PART_ROWS, (long) WIDTH), arrays.get(0).getList(2));
      ByteBuffer data = ByteBuffer.wrap(arrays.get(0).getAs("data")).order(ByteOrder.LITTLE_ENDIAN);
      for (int row = 0; row < PARTS * PART_ROWS; row++) {
        for (int column = 0; column < WIDTH; column++) {
          assertEquals(value(row, column), data.getFloat(4 * (row * WIDTH + column)));
        }
      }

      Dataset<Row> table = spark
          .read()
          .format("npz")
          .option("rows", true)
          .option("partitionBytes", "6k")
          .load(index.toString());
      List<Row> rows = table.collectAsList();
      assertEquals(PARTS * PART_ROWS, rows.size());
      for (int row = 0; row < rows.size(); row++) {
        List<Float> values = rows.get(row).getList(0);
        assertEquals(value(row, 0), values.get(0));
        assertEquals(value(row, WIDTH - 1), values.get(WIDTH - 1));
      }
      damageIsSeenInThePartThatHasIt(spark, directory);
    } finally {
      spark.stop();
    }
  }

  @Test
  void setsOfTheCommandLineAreRead() {
    double[][] rows = new double[1000][8];
    for (int i = 0; i < rows.length; i++) {
      rows[i][7] = i;
    }
    SaverOptions options = SaverOptions.defaults().withSharding(Sharding.ofSize(20_000));
    try (Saver saver = Saver.openLazily(options)) {
      saver.save(folder.resolve("big"), NamedArrays.of().and("w", rows).and("once", 2.5));
    }
    SparkSession spark = Sessions.local(folder);
    try {
      for (String name : List.of("big", "big.npz", "big.npz.index.json")) {
        Dataset<Row> table = spark
            .read()
            .format("npz")
            .option("rows", true)
            .load(folder.resolve(name).toString());
        assertEquals(1000, table.count(), name);
        Row sums = table.selectExpr("sum(w[7])", "sum(once)").first();
        assertEquals(999 * 500.0, sums.getDouble(0), name);
        assertEquals(2500.0, sums.getDouble(1), name);
      }
    } finally {
      spark.stop();
    }
  }

  private static void damageIsSeenInThePartThatHasIt(SparkSession spark, Path directory)
      throws IOException {
    Path third = directory.resolve("cut-00003-of-00004.npz");
    byte[] bytes = Files.readAllBytes(third);
    bytes[700] ^= 1;
    Files.write(third, bytes);
    Exception e = assertThrows(
        Exception.class,
        () -> spark.read().format("npz").load(directory.toString()).collectAsList());
    assertTrue(e.toString().contains("cut-00003-of-00004.npz: array 'w' at byte"), e::toString);
  }

  private static float value(int row, int column) {
    int part = row / PART_ROWS;
    return (row % PART_ROWS * WIDTH + column) * 31 + part * 1009;
  }

  /** Makes one array of all that an index lists. */
  private static void joinAll(Path index) throws IOException {
    List<ShardedArray> arrays = new ArrayList<>();
    IndexHead head = IndexReader.read(index, arrays::add);
    List<Part> parts = new ArrayList<>();
    for (ShardedArray array : arrays) {
      parts.addAll(array.parts());
    }
    ShardedArray all =
        new ShardedArray("w", ArraySpec.of(DType.FLOAT32, (long) PARTS * PART_ROWS, WIDTH), parts);
    try (OutputStream out = Files.newOutputStream(index)) {
      IndexWriter.write(out, head, List.of(all));
    }
  }
}
