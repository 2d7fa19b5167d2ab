package io.parallelsaver.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterleavedDataTest extends ArrayDataContract {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());

  @TempDir
  Path directory;

  /** One column of noise for each width. */
  private static Map<String, NDArray> columns(int count, int... widths) {
    Random random = new Random(SEED);
    Map<String, NDArray> columns = new LinkedHashMap<>();
    for (int width : widths) {
      byte[] bytes = new byte[count * width];
      random.nextBytes(bytes);
      ArraySpec spec = ArraySpec.of(ScalarType.of('V', width), count);
      columns.put("c" + columns.size(), NDArray.of(spec, ByteBuffer.wrap(bytes)));
    }
    return columns;
  }

  private static byte[] interleaved(Map<String, NDArray> columns, int count) {
    ByteBuffer out = ByteBuffer.allocate(columns.values().stream()
        .mapToInt(column -> (int) column.data().length())
        .sum());
    for (int i = 0; i < count; i++) {
      for (NDArray column : columns.values()) {
        out.put(column.getBytes(i));
      }
    }
    return out.array();
  }

  @Override
  List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (int[] widths : new int[][] {{1}, {1, 4}, {3, 8, 2}, {0, 5, 0}, {2, 0, 9}, {0}}) {
      for (int count : new int[] {0, 1, 4}) {
        Map<String, NDArray> columns = columns(count, widths);
        String name = count + " of " + Arrays.toString(widths) + " seed " + SEED;
        cases.add(new Case(name, NDArray.ofFields(columns).data(), interleaved(columns, count)));
      }
    }
    return cases;
  }

  @Test
  void readsAcrossBlocks() {
    for (int[] widths : new int[][] {{1, 8, 4}, {90_000, 3}, {300_000, 7}}) {
      int count = widths[0] == 1 ? 50_000 : 5;
      Map<String, NDArray> columns = columns(count, widths);
      byte[] expected = interleaved(columns, count);
      ArrayData data = NDArray.ofFields(columns).data();
      for (int from : new int[] {0, 1, expected.length / 2, expected.length - 9}) {
        byte[] found = new byte[expected.length - from];
        data.read(from, ByteBuffer.wrap(found));
        assertArrayEquals(
            Arrays.copyOfRange(expected, from, expected.length),
            found,
            Arrays.toString(widths) + " from " + from + " seed " + SEED);
      }
    }
  }

  @Test
  void givesItsColumnsBackAsFields() {
    Map<String, NDArray> columns = new LinkedHashMap<>();
    columns.put("id", NDArray.of(new int[][] {{1, 2, 3}, {4, 5, 6}}));
    columns.put("name", NDArray.of(new String[][] {{"a", "bc", ""}, {"d", "e", "f"}}));
    NDArray array = NDArray.ofFields(columns);
    assertEquals("[('id', '<i4'), ('name', '<U2')] (2, 3) C", array.spec().toString());
    assertEquals(List.of("id", "name"), array.fields());
    columns.forEach((name, column) -> assertTrue(column.contentEquals(array.field(name)), name));
    columns.replaceAll((name, column) -> column.fortranOrder());
    NDArray fortran = NDArray.ofFields(columns);
    assertEquals('F', fortran.spec().order());
    columns.forEach((name, column) -> assertTrue(column.contentEquals(fortran.field(name)), name));
  }

  @Test
  void refusesColumnsThatDoNotFitAndNamesThem() {
    NDArray first = NDArray.of(new int[2][3]);
    for (NDArray other :
        List.of(NDArray.of(new int[3][2]), NDArray.of(new int[6]), first.fortranOrder())) {
      Map<String, NDArray> columns = new LinkedHashMap<>();
      columns.put("a", first);
      columns.put("b", other);
      String message = assertThrows(IllegalArgumentException.class, () -> NDArray.ofFields(columns))
          .getMessage();
      assertTrue(message.contains("field 'b': found " + other.spec()), message);
      assertTrue(message.contains(first.spec().toString()), message);
    }
    assertThrows(IllegalArgumentException.class, () -> NDArray.ofFields(Map.of()));
    assertThrows(IllegalArgumentException.class, () -> NDArray.ofFields(Map.of("", first)));
    NDArray flat = NDArray.of(new int[2]);
    assertEquals(
        'C',
        NDArray.ofFields(Map.of("a", flat, "b", flat.fortranOrder()))
            .field("a")
            .spec()
            .order());
  }

  @Test
  @RequiresNumPy
  void writesStructsThatNumPyReads() throws IOException {
    Map<String, NDArray> columns = new LinkedHashMap<>();
    columns.put("gr\u00f6\u00dfe", NDArray.of(new double[] {1.5, -2.5, 1 / 3.0}));
    columns.put("it's", NDArray.of(new String[] {"a", "\u6e29\ud83d\ude00", ""}));
    columns.put("s", NDArray.ofBytes(new byte[] {1}, new byte[] {2, 3}, new byte[0]));
    columns.put("flag", NDArray.of(new boolean[] {true, false, true}));
    columns.put("half", NDArray.float16(1, 0.333f, 1e6f));
    columns.put("t", NDArray.ofInstants("us", Instant.EPOCH, null, Instant.ofEpochSecond(-1)));
    columns.put("z", NDArray.of(new double[] {1, 2, 3, 4, 5, 6}).view(DType.COMPLEX128));
    columns.put("inner", NDArray.ofFields(Map.of("x", NDArray.of(new long[] {7, 8, 9}))));
    int number = 0;
    for (NDArray column : columns.values()) {
      NpyArrays.write(column, directory.resolve("column" + number++ + ".npy"));
    }
    NpyArrays.write(NDArray.ofFields(columns), directory.resolve("whole.npy"));
    String printed = NumPy.run("""
        a = np.load(sys.argv[1] + "/whole.npy")
        columns = [np.load(f"{sys.argv[1]}/column{i}.npy") for i in range(8)]
        names = ["größe", "it's", "s", "flag", "half", "t", "z", "inner"]
        assert a.dtype == np.dtype([(n, c.dtype) for n, c in zip(names, columns)]), a.dtype
        for name, column in zip(names, columns):
            assert a[name].tobytes() == column.tobytes(), name
        print(a["it's"][1] == "温😀", a["größe"][2], a["half"], a["t"][2], a["z"][2], a["inner"]["x"])
        """, directory);
    assertEquals(
        "True 0.3333333333333333 [1.    0.333   inf] 1969-12-31T23:59:59.000000 (5+6j) [7 8 9]",
        printed);
  }
}
