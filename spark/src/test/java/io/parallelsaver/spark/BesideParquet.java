package io.parallelsaver.spark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same arrays written and read as a set and as binary columns in Parquet, in turn, in one run: not among the tests, {@code
 * -Dtest=BesideParquet} runs it. {@code -Dbench.mebibytes} is the size of each of the 64 arrays, {@code -Dbench.folder} where they go. Best
 * and median of {@code -Dbench.rounds}. Making the arrays is measured for itself.
 */
class BesideParquet {
  private static final int ARRAYS = 64;
  private static final int BYTES = Integer.getInteger("bench.mebibytes", 16) << 20;
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);
  private static final StructType SCHEMA =
      StructType.fromDDL("key string, dtype string, shape array<bigint>, data binary");

  @TempDir
  Path temporary;

  @Test
  void writeAndRead() throws IOException {
    String place = System.getProperty("bench.folder");
    Path folder = place == null ? temporary : Path.of(place);
    SparkSession spark = Sessions.start("local[2]", temporary, Map.of());
    try {
      double[][] seconds = new double[9][ROUNDS];
      for (int round = -1; round < ROUNDS; round++) {
        double[] one = round(spark, folder);
        for (int i = 0; round >= 0 && i < one.length; i++) {
          seconds[i][round] = one[i];
        }
      }
      String[] names = {
        "make the arrays",
        "write npz, not forced",
        "write npz",
        "write Parquet, snappy",
        "write Parquet, plain",
        "read npz",
        "read npz, no checksum",
        "read Parquet, snappy",
        "read Parquet, plain"
      };
      System.out.printf(Locale.ROOT, "%d arrays of %d MiB; seconds%n", ARRAYS, BYTES >> 20);
      for (int i = 0; i < names.length; i++) {
        Arrays.sort(seconds[i]);
        System.out.printf(
            Locale.ROOT,
            "%-24s best %6.2f  median %6.2f%n",
            names[i],
            seconds[i][0],
            seconds[i][ROUNDS / 2]);
      }
    } finally {
      spark.stop();
    }
  }

  private static double[] round(SparkSession spark, Path folder) throws IOException {
    double[] seconds = new double[9];
    String npz = folder.resolve("npz").toString();
    String snappy = folder.resolve("snappy").toString();
    String plain = folder.resolve("plain").toString();
    for (String path : new String[] {npz, snappy, plain}) {
      delete(Path.of(path));
    }
    seconds[0] = time(() -> noop(made(spark)));
    seconds[1] = time(() -> writer(spark, "npz").option("durability", "none").save(npz));
    seconds[2] = time(() -> writer(spark, "npz").save(npz));
    seconds[3] = time(() -> writer(spark, "parquet").save(snappy));
    seconds[4] =
        time(() -> writer(spark, "parquet").option("compression", "none").save(plain));
    seconds[5] = time(() -> noop(spark.read().format("npz").load(npz)));
    seconds[6] =
        time(() -> noop(spark.read().format("npz").option("checksum", false).load(npz)));
    seconds[7] = time(() -> noop(spark.read().parquet(snappy)));
    seconds[8] = time(() -> noop(spark.read().parquet(plain)));
    return seconds;
  }

  private static DataFrameWriter<Row> writer(SparkSession spark, String format) {
    return made(spark).write().format(format).mode("overwrite");
  }

  /** Takes every column of every row. */
  private static void noop(Dataset<Row> rows) {
    rows.write().format("noop").mode("overwrite").save();
  }

  private static Dataset<Row> made(SparkSession spark) {
    int bytes = BYTES;
    return spark
        .range(0, ARRAYS, 1, 16)
        .map((MapFunction<Long, Row>) k -> row(k, bytes), Encoders.row(SCHEMA));
  }

  /** Random numbers as models have them, which do not compress; few are made, since it takes longer than anything else here. */
  private static Row row(long k, int size) {
    byte[] bytes = new byte[size];
    byte[] block = Block.RANDOM;
    for (int at = 0; at < size; at += block.length) {
      System.arraycopy(block, 0, bytes, at, Math.min(block.length, size - at));
    }
    ByteBuffer.wrap(bytes).putLong(k);
    return RowFactory.create("w" + k, "<f4", new Long[] {size / 4L}, bytes);
  }

  private static final class Block {
    private static final byte[] RANDOM = normal();

    private static byte[] normal() {
      Random random = new Random(1);
      ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
      while (bytes.hasRemaining()) {
        bytes.putFloat((float) random.nextGaussian());
      }
      return bytes.array();
    }
  }

  private static double time(Runnable work) {
    System.gc();
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static void delete(Path tree) throws IOException {
    if (Files.notExists(tree)) {
      return;
    }
    Files.walkFileTree(tree, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
          throws IOException {
        Files.delete(file);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
        Files.delete(folder);
        return FileVisitResult.CONTINUE;
      }
    });
  }
}
