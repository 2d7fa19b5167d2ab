package io.parallelsaver.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sets that one JVM writes, on this host's files and on others. */
@RequiresNumPy
class WriteTest {
  @TempDir
  static Path folder;

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = Sessions.withElsewhere(folder);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  /** Arrays of one number each. */
  private static Dataset<Row> arrays(int from, int to) {
    return spark
        .range(from, to, 1, 3)
        .selectExpr(
            "concat('k', id) as key",
            "'int64' as dtype",
            "array(1) as shape",
            "unhex(rpad(lpad(hex(id), 2, '0'), 16, '0')) as data")
        .where("id < 16");
  }

  private static List<String> keys(String set) {
    return spark.read().format("npz").load(set).select("key").collectAsList().stream()
        .map(row -> row.getString(0))
        .sorted()
        .toList();
  }

  private static void judge(Path directory, int from, int to) {
    NumPy.run("""
        import glob, json, os
        d = sys.argv[1]
        index = json.load(open(glob.glob(d + '/*.npz.index.json')[0]))
        files = set(index['weight_map'].values()) | {s['file'] for s in index['shards']}
        there = set(f for f in os.listdir(d))
        assert there == files | {os.path.basename(d) + '.npz.index.json'}, there ^ files
        got = {}
        for f in files:
            with np.load(os.path.join(d, f)) as z:
                assert not got.keys() & z.keys()
                got.update(z)
        want = {'k%d' % i: i for i in range(int(sys.argv[2]), int(sys.argv[3]))}
        assert got.keys() == want.keys(), got.keys() ^ want.keys()
        for k, v in want.items():
            assert got[k].dtype == 'i8' and got[k].tolist() == [v], (k, got[k])
        """, directory, from, to);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "elsewhere:"})
  void everyMode(String scheme) {
    Path directory = folder.resolve("modes" + scheme.length());
    String path = scheme + directory;
    arrays(0, 4).write().format("npz").save(path);
    judge(directory, 0, 4);
    Exception there =
        assertThrows(Exception.class, () -> arrays(4, 6).write().format("npz").save(path));
    assertTrue(there.getMessage().contains("is there already"), there::toString);
    arrays(4, 6).write().format("npz").mode("ignore").save(path);
    judge(directory, 0, 4);
    arrays(4, 6).write().format("npz").mode("append").save(path);
    judge(directory, 0, 6);
    assertEquals(List.of("k0", "k1", "k2", "k3", "k4", "k5"), keys(path));
    arrays(6, 9).write().format("npz").mode("append").save(path);
    judge(directory, 0, 9);
    Exception twice = assertThrows(
        Exception.class,
        () -> arrays(8, 11).write().format("npz").mode("append").save(path));
    assertTrue(rootMessage(twice).contains("'k8' is there twice"), twice::toString);
    judge(directory, 0, 9);
    arrays(1, 3).write().format("npz").mode("overwrite").save(path);
    judge(directory, 1, 3);
    arrays(2, 5).write().format("npz").mode("overwrite").option("shards", 2).save(path);
    judge(directory, 2, 5);
    assertEquals(3, Cluster.files(directory).size());
    assertEquals(List.of("k2", "k3", "k4"), keys(path));
  }

  /** Larger than what Java is left to allocate, of many lengths, in several shards of each task: memory is used again, but not too early. */
  @Test
  void whatWaitsForItsShardStaysAsItWas() {
    Path directory = folder.resolve("letters");
    for (String letters : List.of("abcdefghijkl", "ABCDEFGHIJKL")) {
      spark
          .range(0, letters.length(), 1, 2)
          .selectExpr(
              "1048576 + id * 17001 as size", "substr('" + letters + "', id + 1, 1) as letter")
          .selectExpr(
              "letter as key",
              "'uint8' as dtype",
              "array(size) as shape",
              "cast(repeat(letter, int(size)) as binary) as data")
          .write()
          .format("npz")
          .option("shardSize", "3m")
          .mode("overwrite")
          .save(directory.toString());
      NumPy.run("""
          import glob
          got = {}
          files = glob.glob(sys.argv[1] + '/*.npz')
          assert len(files) == 6, files
          for f in files:
              got.update(np.load(f))
          for k, letter in enumerate(sys.argv[2]):
              a = got.pop(letter)
              assert a.shape == (1048576 + k * 17001,) and (a == ord(letter)).all(), letter
          assert not got, got.keys()
          """, directory, letters);
    }
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /** What is read from there is read by positions: arrays, rows, files of one array, members that are deflated. */
  @Test
  void filesThatAreNotThisHostsAreRead() throws IOException {
    Path there = Files.createDirectory(folder.resolve("there"));
    NumPy.run("""
        import os
        d = sys.argv[1]
        a = {'x': np.arange(12.0).reshape(4, 3), 'f': np.asfortranarray(np.arange(8).reshape(4, 2)), 's': np.array(['a', 'b', 'c', 'd'])}
        np.savez(d + '/plain.npz', **a)
        np.savez_compressed(d + '/deflated.npz', **a)
        os.makedirs(d + '/npy')
        for k, v in a.items():
            np.save(d + '/npy/' + k + '.npy', v)
        """, there);
    for (String name : List.of("plain.npz", "deflated.npz", "npy", "*.npz")) {
      Dataset<Row> rows = spark
          .read()
          .format("npz")
          .option("rows", true)
          .option("partitionBytes", 64)
          .load("elsewhere:" + there + "/" + name);
      List<String> found =
          rows
              .selectExpr("concat_ws(' ', x[2], f[1], s) as text")
              .distinct()
              .collectAsList()
              .stream()
              .map(row -> row.getString(0))
              .sorted()
              .toList();
      assertEquals(List.of("11.0 7 d", "2.0 1 a", "5.0 3 b", "8.0 5 c"), found, name);
      Dataset<Row> arrays = spark.read().format("npz").load("elsewhere:" + there + "/" + name);
      assertEquals(
          name.equals("*.npz") ? 6 : 3,
          arrays.where("length(data) > 0").collectAsList().size(),
          name);
    }
  }

  @Test
  void shardsAreAsLargeAsAskedFor() {
    Path directory = folder.resolve("sized");
    Noise.arrays(spark, 8, 1 << 14, 1)
        .write()
        .format("npz")
        .option("shardSize", "200k")
        .option("durability", "none")
        .save(directory.toString());
    // Of 64 KiB each, three fit.
    assertEquals(
        List.of(
            "sized-00001-of-00003.npz",
            "sized-00002-of-00003.npz",
            "sized-00003-of-00003.npz",
            "sized.npz.index.json"),
        Cluster.files(directory));
  }

  @Test
  void whatIsNoArrayIsRefusedAndNothingIsLeft() {
    refused("'|O'", "array(2)", "unhex('0000')", "Python objects");
    refused("'object'", "array(2)", "unhex('0000')", "dtype 'object'");
    refused("'<f4'", "array(2)", "unhex('0000')", "takes 8 bytes, data has 2");
    refused("'nonsense'", "array(2)", "unhex('0000')", "dtype 'nonsense'");
    refused("cast(null as string)", "array(2)", "unhex('0000')", "null");
    refused("'<f4'", "array(-1)", "unhex('0000')", "negative");
    Dataset<Row> other = spark.range(2).selectExpr("id as key", "'<f4' as dtype");
    Exception e = assertThrows(
        Exception.class,
        () -> other.write().format("npz").save(folder.resolve("other").toString()));
    assertTrue(rootMessage(e).contains("column key must be STRING"), e::toString);
  }

  private void refused(String dtype, String shape, String data, String expected) {
    Path directory = folder.resolve("refused");
    Dataset<Row> rows = spark
        .range(3)
        .selectExpr(
            "concat('k', id) as key",
            "if(id = 2, " + dtype + ", '|u1') as dtype",
            "if(id = 2, " + shape + ", array(1)) as shape",
            "if(id = 2, " + data + ", unhex('07')) as data");
    Exception e =
        assertThrows(Exception.class, () -> rows.write().format("npz").save(directory.toString()));
    assertTrue(
        e.toString().contains(expected) && e.toString().contains("'k2'"),
        () -> "expected " + expected + " in " + e);
    assertEquals(List.of(), Cluster.files(directory));
  }

  @Test
  void aFileIsNotWrittenOver() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "text");
    Exception e = assertThrows(
        Exception.class,
        () -> arrays(0, 2).write().format("npz").mode("overwrite").save(file.toString()));
    assertTrue(rootMessage(e).contains("name a directory"), e::toString);
    assertEquals("text", Files.readString(file));
  }

  @Test
  void typesThatNumPyHasNotKeepTheirNames() {
    Path directory = folder.resolve("bfloat");
    Dataset<Row> rows = spark
        .range(1)
        .selectExpr(
            "'b' as key", "'bfloat16' as dtype", "array(2) as shape", "unhex('803F0040') as data");
    rows.write().format("npz").save(directory.toString());
    Dataset<Row> read = spark.read().format("npz").load(directory.toString());
    assertEquals("bfloat16", read.first().getString(1));
    assertEquals(
        Arrays.asList(1f, 2f),
        spark
            .read()
            .format("npz")
            .option("rows", true)
            .load(directory.toString())
            .collectAsList()
            .stream()
            .map(row -> row.getFloat(0))
            .toList());
  }
}
