package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.parallelsaver.NumPyTable.Row;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyFile;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that are unlike those NumPy writes now, and those it ships for its own tests: we read what {@code np.load} reads, with the same
 * content, and refuse what it refuses. {@code odd_files.py} makes them; where we differ stands here, with the reason.
 */
@RequiresNumPy
class NumPyOddFilesTest {
  /** We read, {@code np.load} refuses. */
  private static final Map<String, String> READ_HERE_ONLY = reasons("""
      long.npy: nothing in a header is evaluated here, so the limit is not 10000 but 2^20
      version-3-python2.npy: integers with an L are understood in each version
      shape-66.npy: the number of axes has no limit here
      descr-f12.npy descr-c24.npy: longdouble of 32-bit x86, which NumPy reads only there
      prefix.npz: a ZIP file is found from its end, as zipfile does; np.load looks at the first bytes before
      """);

  /** We refuse, {@code np.load} reads. */
  private static final Map<String, String> REFUSED_HERE_ONLY = reasons("""
      bzip2.npz bzip2-zip64.npz bzip2-unseekable.npz lzma.npz lzma-zip64.npz lzma-unseekable.npz: NumPy never compresses so
      member-too-long.npz: bytes behind the array are no part of it, so the member is damaged
      concatenation.npy raw-string.npy triple-quotes.npy: Python that its repr never writes
      shape-(0b11,).npy shape-(0o3,).npy shape-(0x3,).npy: the same
      escape-2.npy escape-3.npy escape-4.npy escape-5.npy escape-9.npy escape-10.npy: the same
      dtype-field-list.npy dtype-title-none.npy: no dtype.descr is like this
      descr-b.npy descr-B.npy descr-h.npy descr-H.npy descr-i.npy descr-l.npy descr-q.npy descr-n.npy: codes that no dtype.str has
      descr-p.npy descr-P.npy descr-e.npy descr-f.npy descr-d.npy descr-g.npy descr-F.npy descr-D.npy descr-c.npy: the same
      descr-bool.npy descr-int.npy descr-float.npy descr-complex.npy descr-bytes.npy descr-str.npy descr-void.npy: the same
      descr-int32.npy descr-uint8.npy descr-float64.npy descr-double.npy descr-datetime64.npy descr-datetime64[ns].npy: the same
      descr-f4,i4.npy descr-i+4.npy: the same
      """);

  /**
   * Both read, with this dtype here. NumPy turns a fraction of a unit into a smaller one, and calls the gap {@code |V4}; of members KEY
   * and KEY.npy it names only the first, while here the other is called KEY.npy.
   */
  private static final Map<String, String> OTHERWISE_HERE = Map.of(
      "descr-M8[2D|3].npy", "'<M8[2D/3]'",
      "descr-M8[D|3].npy", "'<M8[D/3]'",
      "dtype-padding-array.npy", "[('', '|V2', (2,)), ('b', '<f4')]",
      "same-key.npz", "'>i4'",
      "same-key-other-order.npz", "'<f8'");

  @TempDir
  static Path directory;

  private static Saver saver;

  @BeforeAll
  static void open() {
    saver = Saver.open(TestArrays.options(directory, 1));
  }

  @AfterAll
  static void close() {
    saver.close();
  }

  @TestFactory
  Stream<DynamicTest> asNumPyDoes() throws IOException {
    int count = Integer.parseInt(NumPyTable.run("odd_files", directory));
    Map<String, Boolean> readByNumPy = new TreeMap<>();
    for (String line : Files.readAllLines(directory.resolve("verdicts.tsv"))) {
      String[] verdict = line.split("\t");
      readByNumPy.put(verdict[0], verdict[1].equals("read"));
    }
    assertEquals(count, readByNumPy.size());
    Stream.of(READ_HERE_ONLY, REFUSED_HERE_ONLY, OTHERWISE_HERE)
        .flatMap(different -> different.keySet().stream())
        .forEach(name -> assertTrue(readByNumPy.containsKey(name), "there is no " + name));
    return readByNumPy.entrySet().stream()
        .map(entry -> dynamicTest(entry.getKey(), () -> check(entry.getKey(), entry.getValue())));
  }

  /** Lines of file names and, behind a colon, the reason. */
  private static Map<String, String> reasons(String lines) {
    Map<String, String> reasons = new HashMap<>();
    for (String line : lines.split("\n")) {
      String[] part = line.split(": ");
      for (String file : part[0].split(" ")) {
        reasons.put(file, part[1]);
      }
    }
    return reasons;
  }

  private static void check(String name, boolean readByNumPy) throws IOException {
    Path file = directory.resolve(name);
    if (READ_HERE_ONLY.containsKey(name)) {
      assertFalse(readByNumPy, "no different any more: " + name);
      assertFalse(read(file).isEmpty(), name);
    } else if (REFUSED_HERE_ONLY.containsKey(name)) {
      assertTrue(readByNumPy, "no different any more: " + name);
      assertThrows(InputException.class, () -> read(file), name);
    } else if (OTHERWISE_HERE.containsKey(name)) {
      NDArray array = read(file).values().iterator().next();
      assertEquals(OTHERWISE_HERE.get(name), array.dtype().descr(), name);
    } else if (readByNumPy) {
      assertSame(NumPyTable.read(directory.resolve(name + ".tsv")), read(file), name);
    } else {
      assertThrows(InputException.class, () -> read(file), name);
    }
  }

  private static void assertSame(List<Row> expected, Map<String, NDArray> found, String name) {
    assertEquals(expected.stream().map(Row::key).collect(Collectors.toSet()), found.keySet(), name);
    expected.forEach(row -> row.assertDescribes(found.get(row.key()), name));
  }

  private static Map<String, NDArray> read(Path file) {
    return file.toString().endsWith(".npz")
        ? saver.restore(file)
        : Map.of("-", NpyFile.array(file));
  }
}
