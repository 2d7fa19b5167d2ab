package io.parallelsaver.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames whose columns become arrays. NumPy reads them by the index alone, as {@code docs/scale-out.md} shows. */
@RequiresNumPy
class ColumnsTest {
  private static final String READER = """
      import json, os
      d = sys.argv[1]
      index = json.load(open(os.path.join(d, os.path.basename(d) + '.npz.index.json')))
      def array(key):
          a = index['arrays'][key]
          parts = []
          for p in a['parts']:
              file = os.path.join(d, index['shards'][p['shard']]['file'])
              rows = np.memmap(file, a['dtype'], 'r', p['offset'], tuple([p['rows'], *a['shape'][1:]]))
              with np.load(file) as z:
                  assert np.array_equal(z[p['key']].view('V%d' % rows.itemsize), rows.view('V%d' % rows.itemsize)), p
              parts.append(rows)
          whole = np.concatenate(parts)
          assert list(whole.shape) == a['shape'], (whole.shape, a['shape'])
          return whole
      """;

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

  /** Rows of all types that arrays have; 3 partitions, and one without rows. */
  private static Dataset<Row> frame(int from, int to) {
    return spark
        .range(from, to, 1, 4)
        .where("id % 100 >= 25 or id >= 100")
        .selectExpr(
            "id",
            "id % 3 = 0 as b",
            "cast(id % 100 as byte) as i1",
            "cast(-id as short) as i2",
            "cast(id * 100000 as int) as i4",
            "cast(id / 8 as float) as f4",
            "id / 3D as f8",
            "cast(18446744073709551615 - id as decimal(20, 0)) as u8",
            "if(id = 50, null, date_add(date'2026-01-01', cast(id as int))) as day",
            "if(id = 51, null, timestamp_ntz'1969-12-31 23:59:59' + make_dt_interval(0, 0, 0, id * 0.5)) as time",
            "array(id * 1.5D, -id * 1D) as two",
            "array(array(cast(id as int), 1, 2), array(3, 4, cast(id as int))) as three",
            "unhex(lpad(hex(id), 6, '0')) as v",
            "concat('\\u00e4\\uD83D\\uDE00', id) as u");
  }

  private static void judge(Path directory, int... ids) {
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < ids.length; i += 2) {
      list.append("list(range(").append(ids[i]).append(", ").append(ids[i + 1]).append(")) + ");
    }
    NumPy.run(READER + "n = np.array(" + list + "[])\n" + """
            assert list(index['arrays']) == 'id b i1 i2 i4 f4 f8 u8 day time two three v u'.split(), list(index['arrays'])
            want = {
                'id': n, 'b': n % 3 == 0, 'i1': (n % 100).astype('i1'), 'i2': (-n).astype('i2'), 'i4': (n * 100000).astype('i4'),
                'f4': (n / 8).astype('f4'), 'f8': n / 3, 'u8': np.array([2**64 - 1 - int(i) for i in n], dtype='u8'),
                'day': np.where(n == 50, np.datetime64('NaT'), np.datetime64('2026-01-01') + n),
                'time': np.where(n == 51, np.datetime64('NaT'), np.datetime64('1969-12-31T23:59:59', 'us') + n * 500000),
                'two': np.stack([n * 1.5, -n * 1.0], axis=1),
                'three': np.stack([np.stack([n, n * 0 + 1, n * 0 + 2], 1), np.stack([n * 0 + 3, n * 0 + 4, n], 1)], 1).astype('i4'),
                'v': np.array([int(i).to_bytes(3, 'big') for i in n], dtype='V3'),
                'u': np.array(['\\u00e4\\U0001f600%d' % i for i in n], dtype='U8')}
            for key, expected in want.items():
                found = array(key)
                assert found.dtype == expected.dtype, (key, found.dtype, expected.dtype)
                same = np.array_equal(found, expected) if found.dtype.kind not in 'Mm' else np.array_equal(found, expected, equal_nan=True)
                assert same, (key, found, expected)
            """, directory);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "elsewhere:"})
  void becomeArraysWhoseRowsGrow(String scheme) {
    Path directory = folder.resolve("grow" + scheme.length());
    String path = scheme + directory;
    frame(0, 100)
        .write()
        .format("npz")
        .option("rows", true)
        .option("textLength", 8)
        .save(path);
    judge(directory, 25, 100);
    assertEquals(4, Cluster.files(directory).size());
    frame(100, 120)
        .write()
        .format("npz")
        .mode("append")
        .option("rows", true)
        .option("textLength", 8)
        .option("shardSize", 500)
        .save(path);
    judge(directory, 25, 120);
    // A row takes more than 100 bytes.
    assertTrue(Cluster.files(directory).size() > 8, Cluster.files(directory)::toString);
    Dataset<Row> read = spark.read().format("npz").option("rows", true).load(path);
    assertEquals(0, read.except(frame(0, 120)).count());
    assertEquals(95, read.count());
    frame(130, 140)
        .write()
        .format("npz")
        .mode("overwrite")
        .option("rows", true)
        .option("textLength", 8)
        .save(path);
    judge(directory, 130, 140);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "if(id = 2, null, 1D) as x        | 'x', row 0 of the partition: null",
        "array(if(id = 2, null, 1)) as x  | 'x', row 0 of the partition: null",
        "if(id = 2, null, array(1)) as x  | 'x', row 0 of the partition: null",
        "if(id = 3, array(1), array(1, 2)) as x | 'x', row 1 of the partition: an array of 1 elements",
        "if(id < 2, array(1), array(1, 2)) as x | 'x': some rows are of",
        "cast(array() as array<int>) as x | an array without elements",
        "cast(id as string) as x          | option textLength",
        "map(1, id) as x                  | 'x' is MAP<INT, BIGINT>, which no array holds",
        "struct(id) as x                  | which no array holds",
        "cast(id as decimal(20, 3)) as x  | which no array holds",
        "cast(-id as decimal(20, 0)) as x | is no uint64",
        "unhex(repeat('00', cast(id as int) + 1)) as x | bytes, the first row has",
        "unhex('') as x                   | no bytes",
      })
  void thatCannotAreRefusedAndNothingIsLeft(String column, String expected) {
    Path directory = folder.resolve("refused-" + column.hashCode());
    Dataset<Row> rows = spark.range(0, 4, 1, 2).selectExpr("id", column);
    Exception e = assertThrows(
        Exception.class,
        () -> rows.write().format("npz").option("rows", true).save(directory.toString()));
    assertTrue(messages(e).contains(expected), () -> "expected " + expected + " in " + messages(e));
    assertEquals(List.of(), Cluster.files(directory));
  }

  @Test
  void longTextIsRefused() {
    Dataset<Row> rows = spark.range(0, 4, 1, 2).selectExpr("repeat('x', cast(id as int)) as x");
    Exception e = assertThrows(Exception.class, () -> rows.write()
        .format("npz")
        .option("rows", true)
        .option("textLength", 2)
        .save(folder.resolve("long-text").toString()));
    assertTrue(
        messages(e).contains("'x', row 1 of the partition: a string of 3 characters"),
        () -> messages(e));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "id, id as y   | the set has no array 'y'",
        "id            | array 'x' would have 4 rows, those before it 8",
        "id, id as x   | 'x': some rows are of",
      })
  void otherColumnsAreNotAppended(String columns, String expected) {
    Path directory = folder.resolve("append-" + expected.hashCode());
    spark
        .range(0, 4, 1, 2)
        .selectExpr("id", "id / 2 as x")
        .write()
        .format("npz")
        .option("rows", true)
        .save(directory.toString());
    List<String> before = Cluster.files(directory);
    Exception e = assertThrows(Exception.class, () -> spark
        .range(0, 4, 1, 2)
        .selectExpr(columns.split(", "))
        .write()
        .format("npz")
        .mode("append")
        .option("rows", true)
        .save(directory.toString()));
    assertTrue(messages(e).contains(expected), () -> "expected " + expected + " in " + messages(e));
    assertEquals(before, Cluster.files(directory));
  }

  @Test
  void aFrameWithoutRowsIsRefused() {
    Path directory = folder.resolve("empty");
    Exception e = assertThrows(
        Exception.class,
        () -> spark.range(0).write().format("npz").option("rows", true).save(directory.toString()));
    assertTrue(messages(e).contains("no rows"), () -> messages(e));
    assertEquals(List.of(), Cluster.files(directory));
  }

  private static String messages(Throwable e) {
    return e == null ? "" : e.getMessage() + "\n" + messages(e.getCause());
  }
}
