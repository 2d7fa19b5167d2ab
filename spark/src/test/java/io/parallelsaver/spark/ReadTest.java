package io.parallelsaver.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What NumPy has written, as Spark sees it; NumPy looks at the result. */
@RequiresNumPy
class ReadTest {
  /** Arrays of all kinds with 7 rows, and what has no rows. */
  private static final String ARRAYS = """
      rows = 7
      def made(seed):
          r = np.random.default_rng(seed)
          a = {}
          for t in ('i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', '>i4', '>u8'):
              info = np.iinfo(t)
              a['n' + t.replace('>', 'b')] = r.integers(info.min, info.max, rows, dtype=np.dtype(t).newbyteorder('='), endpoint=True).astype(t)
          for t in ('f2', 'f4', 'f8', '>f8'):
              a['n' + t.replace('>', 'b')] = r.standard_normal(rows).astype(t)
          a['b'] = r.integers(0, 2, rows).astype('?')
          a['c8'] = (r.standard_normal((rows, 2)) + 1j * r.standard_normal((rows, 2))).astype('c8')
          a['c16'] = r.standard_normal(rows) + 1j
          a['two'] = r.standard_normal((rows, 3)).astype('f4')
          a['three'] = r.integers(0, 9, (rows, 2, 3))
          a['fortran'] = np.asfortranarray(r.standard_normal((rows, 4)))
          a['fortran3'] = np.asfortranarray(r.integers(0, 99, (rows, 2, 3)).astype('i2'))
          a['s'] = np.array([b'x%d' % i for i in range(rows)])
          a['u'] = np.array(['\\u00e4\\U0001f600%d' % i for i in range(rows)])
          a['day'] = np.arange('2026-02-26', '2026-03-05', dtype='M8[D]')
          a['ms'] = np.array(['2026-01-01T00:00:00.5', 'NaT'] + ['1969-12-31T23:59:59.25'] * 5, dtype='M8[ms]')
          a['ns'] = np.arange(rows).astype('M8[ns]')
          a['wait'] = np.arange(rows).astype('m8[s]')
          a['v'] = np.frombuffer(r.bytes(3 * rows), dtype='V3')
          s = np.zeros(rows, dtype=[('x', '<i4'), ('y', '<f8', (2,))])
          s['x'] = np.arange(rows); s['y'] = r.standard_normal((rows, 2))
          a['struct'] = s
          a['once'] = np.array(2.5)
          a['none'] = np.zeros((rows, 0))
          return a
      """;

  @TempDir
  static Path folder;

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = Sessions.local(folder);
    NumPy.run(ARRAYS + """
            import os
            d = sys.argv[1]
            for seed in (1, 2):
                np.savez(d + '/stored%d.npz' % seed, **made(seed))
            np.savez_compressed(d + '/deflated.npz', **made(3))
            for seed, name in ((4, 'npy'),):
                os.makedirs(d + '/npy/deep')
                for k, a in made(seed).items():
                    np.save(d + '/npy/' + ('deep/' if k == 'two' else '') + k + '.npy', a)
            """, folder);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static DataFrameReader npz() {
    return spark.read().format("npz");
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  /** Reads a row for each array, writes them, and lets NumPy compare. */
  @ParameterizedTest
  @ValueSource(strings = {"stored1.npz", "deflated.npz", "npy"})
  void eachArrayComesBack(String name) {
    Dataset<Row> read = npz().load(path(name));
    read.repartition(3).write().format("npz").save(path("copy-" + name));
    NumPy.run(
        ARRAYS + """
            import glob
            want = {('deep/' if sys.argv[3] == '4' and k == 'two' else '') + k: v for k, v in made(int(sys.argv[3])).items()}
            got = {}
            for f in glob.glob(sys.argv[1] + '/*.npz'):
                with np.load(f) as z:
                    got.update(z)
            assert got.keys() == want.keys(), got.keys() ^ want.keys()
            for k in want:
                assert got[k].dtype == want[k].dtype and got[k].shape == want[k].shape, k
                assert got[k].tobytes() == want[k].tobytes(), k
            """,
        path("copy-" + name),
        name,
        name.startsWith("stored") ? 1 : name.equals("npy") ? 4 : 3);
  }

  /** Reads a row for each index, writes JSON, and lets NumPy compare. */
  @ParameterizedTest
  @ValueSource(strings = {"stored1.npz", "deflated.npz", "npy"})
  void eachIndexComesBack(String name) throws IOException {
    Dataset<Row> read =
        npz().option("rows", true).option("partitionBytes", "200").load(path(name));
    assertEquals(name.equals("deflated.npz") ? 1 : 7, read.rdd().getNumPartitions());
    Path json = folder.resolve("rows-" + name + ".json");
    Files.write(json, read.toJSON().collectAsList());
    NumPy.run(ARRAYS + """
            import base64, json
            lines = [json.loads(line) for line in open(sys.argv[1])]
            want = made(int(sys.argv[2]))
            assert len(lines) == rows, len(lines)
            deep = sys.argv[2] == '4'
            def value(a, i):
                x = a[()] if a.ndim == 0 else a[i]
                kind = a.dtype.kind
                if kind == 'c':
                    return np.stack([np.asarray(x).real, np.asarray(x).imag], -1).tolist()
                if kind == 'S':
                    return x.decode('latin-1')
                if kind == 'V' and not a.dtype.names:
                    return base64.b64encode(x.tobytes()).decode()
                if a.dtype.names:
                    return {n: x[n].tolist() for n in a.dtype.names}
                if a.dtype == 'M8[D]':
                    return str(x)
                if a.dtype == 'M8[ms]':
                    return None if np.isnat(x) else str(x)
                if kind in 'mM':
                    return int(x.astype('i8'))
                return x.tolist()
            for i, line in enumerate(lines):
                for k, a in want.items():
                    got = line.get(('deep/' if deep and k == 'two' else '') + k)
                    expect = value(a, i)
                    if a.dtype == 'M8[ms]' and got is not None:
                        assert np.datetime64(got, 'ms') == a[i], (k, got, a[i])
                    elif a.dtype in ('f2', 'f4', 'c8'):
                        assert np.array_equal(np.asarray(got, 'f4'), np.asarray(expect, 'f4')), (k, got, expect)
                    elif k == 'none':
                        assert got == [], got
                    else:
                        assert got == expect, (i, k, got, expect)
            """, json, name.startsWith("stored") ? 1 : name.equals("npy") ? 4 : 3);
  }

  @Test
  void onlyTheColumnsAskedForAreRead() {
    Dataset<Row> names = npz().load(path("stored*.npz")).select("key", "shape");
    assertEquals(2 * npz().load(path("stored1.npz")).count(), names.count());
    assertTrue(plan(names).contains("[key#"), plan(names));
    assertTrue(!plan(names).contains("data#"), plan(names));
    Dataset<Row> two =
        npz().option("rows", true).load(path("stored1.npz")).selectExpr("two[1] as x");
    assertTrue(plan(two).contains("BatchScan") && !plan(two).contains("struct#"), plan(two));
    assertEquals(7, two.count());
  }

  /** Damage in what is not asked for is not seen; in what is asked for it is. */
  @Test
  void whatIsDamagedIsNamed() throws IOException {
    Path damaged = folder.resolve("damaged.npz");
    byte[] bytes = Files.readAllBytes(folder.resolve("stored1.npz"));
    int three = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("three.npy");
    // Behind the local header's name and extra field, and a .npy header of 128 bytes.
    bytes[three + 9 + 20 + 128 + 5] ^= 1;
    Files.write(damaged, bytes);
    Dataset<Row> read = npz().load(damaged.toString());
    assertEquals(1, read.where("key = 'two'").select("data").collectAsList().size());
    Exception e = assertThrows(
        Exception.class, () -> read.where("key = 'three'").select("data").collect());
    assertTrue(e.getMessage().contains("array 'three'"), e.getMessage());
    assertTrue(e.getMessage().contains("CRC-32"), e.getMessage());
    assertEquals(
        1,
        npz()
            .option("checksum", false)
            .load(damaged.toString())
            .where("key = 'three'")
            .select("data")
            .collectAsList()
            .size());
  }

  @Test
  void keysAreFoundWithoutALookAtOtherArrays() {
    Dataset<Row> found =
        npz().load(path("stored1.npz")).where("key in ('two', 'three') or key like 'fort%'");
    assertEquals(4, found.count());
    assertTrue(plan(found).contains("4 arrays"), plan(found));
    assertEquals(
        List.of("two"),
        npz().option("keys", "two").load(path("stored1.npz")).select("key").collectAsList().stream()
            .map(row -> row.getString(0))
            .toList());
  }

  @Test
  void severalArchivesAreOneTable() {
    Dataset<Row> rows =
        npz().option("rows", true).option("keys", "two,u").load(path("stored?.npz"));
    assertEquals(14, rows.count());
    assertEquals(
        14,
        npz()
            .option("rows", true)
            .load(path("stored1.npz"), path("stored2.npz"))
            .where("length(u) > 0")
            .count());
  }

  @Test
  void whatCannotBeReadSaysWhy() {
    assertMessage("there is nothing called", () -> npz().load(path("gone.npz")).count());
    assertMessage("index", () -> npz().load(folder.toString()).count());
    assertMessage(
        "has no array 'nothing'",
        () -> npz().option("keys", "nothing").load(path("stored1.npz")).count());
    NumPy.run("np.savez(sys.argv[1], a=np.zeros(3), b=np.zeros(4))", path("uneven.npz"));
    assertMessage(
        "'a' has 3 rows, 'b' has 4",
        () -> npz().option("rows", true).load(path("uneven.npz")).count());
    assertMessage("needs a path", () -> npz().load().count());
  }

  private static void assertMessage(String part, Runnable call) {
    Exception e = assertThrows(Exception.class, call::run);
    assertTrue(String.valueOf(e.getMessage()).contains(part), e::toString);
  }

  private static String plan(Dataset<Row> rows) {
    return rows.queryExecution().executedPlan().toString();
  }
}
