package io.parallelsaver.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.npy.NpyFile;
import io.parallelsaver.testing.Golden;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());
  private static final long NAT = Long.MIN_VALUE;

  @TempDir
  Path directory;

  private static NDArray times(char kind, String unit, long... counts) {
    return NDArray.of(counts).view(new ScalarType(kind, 8, ByteOrder.nativeOrder(), unit));
  }

  @Test
  void readsStepsOfSeveralUnits() throws IOException {
    NDArray array = NpyArrays.golden("datetime.npy", directory);
    assertEquals(Optional.of(Instant.EPOCH), array.getInstant(0));
    assertEquals(Optional.of(Instant.parse("1969-12-31T23:59:59.999975Z")), array.getInstant(1));
    assertEquals(
        Optional.of(Instant.ofEpochSecond(115_292_150_460_684L, 697_600_000)), array.getInstant(2));
    assertEquals(Optional.empty(), array.getInstant(3));
  }

  @Test
  void readsBigEndianDaysAndTimedeltas() throws IOException {
    NDArray days = NpyArrays.golden("datetime-days-big-endian.npy", directory);
    assertEquals(Optional.of(Instant.parse("1970-01-02T00:00:00Z")), days.getInstant(0));
    assertEquals(Optional.of(Instant.parse("1969-12-31T00:00:00Z")), days.getInstant(1));
    NDArray spans = NpyArrays.golden("timedelta.npy", directory);
    assertEquals(Optional.of(Duration.ofNanos(1)), spans.getDuration(0));
    assertEquals(Optional.of(Duration.ofNanos(-1)), spans.getDuration(1));
    assertEquals(Optional.empty(), spans.getDuration(2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "datetime.npy",
        "datetime-days-big-endian.npy",
        "datetime-no-unit.npy",
        "timedelta.npy"
      })
  void readsTheCountsOfAnyUnit(String file) throws IOException {
    long[] expected =
        Golden.arrays(file).get(0).values().stream().mapToLong(Long::parseLong).toArray();
    NDArray array = NpyArrays.golden(file, directory);
    assertArrayEquals(expected, array.toLongs());
    assertArrayEquals(expected, (long[]) array.toArray());
    assertEquals(expected[1], array.getLong(1));
  }

  @ParameterizedTest
  @CsvSource({
    "[Y],-1,1969-01-01T00:00:00Z",
    "[100Y],1,2070-01-01T00:00:00Z",
    "[M],-1,1969-12-01T00:00:00Z",
    "[5M],5,1972-02-01T00:00:00Z",
    "[W],1,1970-01-08T00:00:00Z",
    "[D],-719162,0001-01-01T00:00:00Z",
    "[h],-1,1969-12-31T23:00:00Z",
    "[15m],3,1970-01-01T00:45:00Z",
    "[s],1700000000,2023-11-14T22:13:20Z",
    "[ms],-1,1969-12-31T23:59:59.999Z",
    "[us],1,1970-01-01T00:00:00.000001Z",
    "[ns],9223372036854775807,2262-04-11T23:47:16.854775807Z",
    "[ps],-1000,1969-12-31T23:59:59.999999999Z",
    "[fs],2000000,1970-01-01T00:00:00.000000002Z",
    "[as],-9000000000000000000,1969-12-31T23:59:51Z",
    "[Y],999998029,+999999999-01-01T00:00:00Z"
  })
  void convertsEveryUnit(String unit, long count, String instant) {
    Instant expected = Instant.parse(instant);
    assertEquals(Optional.of(expected), times('M', unit, count).getInstant(0));
    NDArray made = NDArray.ofInstants(unit, expected);
    assertEquals(times('M', unit, 0).spec(), made.spec());
    assertEquals(count, made.getLong(0));
  }

  @Test
  void refusesTimesThatJavaDoesNotHave() {
    assertRefused("steps of D are no java.time.Instant", times('M', "[D]", 1L << 62)::getInstant);
    assertRefused(
        "steps of Y are no java.time.Instant", times('M', "[Y]", Long.MAX_VALUE)::getInstant);
    assertRefused(
        "steps of Y are no java.time.Instant", times('M', "[Y]", 999_998_030L)::getInstant);
    assertRefused("1 steps of ps are no java.time.Instant", times('M', "[ps]", 1)::getInstant);
    assertRefused("no whole number of nanoseconds", times('m', "[as]", 999_999_999)::getDuration);
    assertRefused("steps of W are no java.time.Duration", times('m', "[W]", 1L << 62)::getDuration);
  }

  private interface Accessor {
    Object get(long... index);
  }

  private static void assertRefused(String part, Accessor accessor) {
    String message =
        assertThrows(ArithmeticException.class, () -> accessor.get(0)).getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void refusesSpansAndUnitsWithoutALength() {
    for (String unit : List.of("[Y]", "[3M]", "", "[D/3]", "[x]")) {
      assertThrows(
          UnsupportedOperationException.class, () -> times('m', unit, 1).getDuration(0), unit);
      assertEquals(Optional.empty(), times('m', unit, NAT).getDuration(0), unit);
      assertEquals(1, times('m', unit, 1).getLong(0));
    }
    assertThrows(UnsupportedOperationException.class, () -> times('M', "", 1).getInstant(0));
    assertThrows(UnsupportedOperationException.class, () -> times('M', "[s]", 1).getDuration(0));
    assertThrows(
        UnsupportedOperationException.class, () -> times('m', "[s]", NAT).getInstant(0));
  }

  @Test
  void refusesToMakeTimesThatAreNoWholeSteps() {
    Instant odd = Instant.parse("1970-02-01T00:00:00.000001Z");
    for (Executable attempt : List.<Executable>of(
        () -> NDArray.ofInstants("ms", odd),
        () -> NDArray.ofInstants("M", odd),
        () -> NDArray.ofInstants("Y", Instant.MAX),
        () -> NDArray.ofInstants("2M", Instant.parse("1970-02-01T00:00:00Z")),
        () -> NDArray.ofInstants("M", Instant.parse("1970-02-02T00:00:00Z")),
        () -> NDArray.ofInstants("ns", Instant.parse("2262-04-11T23:47:16.854775808Z")),
        () -> NDArray.ofInstants("ns", Instant.parse("2262-04-11T23:47:17Z")),
        () -> NDArray.ofInstants("ns", Instant.ofEpochSecond(0, Long.MIN_VALUE)),
        () -> NDArray.ofDurations("2ns", Duration.ofNanos(3)))) {
      String message = assertThrows(ArithmeticException.class, attempt).getMessage();
      assertTrue(message.contains("no whole number of steps"), message);
    }
    assertThrows(
        UnsupportedOperationException.class, () -> NDArray.ofDurations("Y", Duration.ZERO));
    for (String unit : List.of("", "x", "0s", "[", "ss", "s3", "-1s")) {
      assertThrows(IllegalArgumentException.class, () -> NDArray.ofInstants(unit), unit);
    }
  }

  @Test
  void takesNullForNaT() {
    assertArrayEquals(
        new long[] {1, NAT},
        NDArray.ofInstants("s", Instant.ofEpochSecond(1), null).toLongs());
    assertEquals(Optional.empty(), NDArray.ofDurations("s", (Duration) null).getDuration(0));
  }

  @Test
  @RequiresNumPy
  void readsRandomTimesAsNumPyDoes() {
    List<String> lines = NumPy.run("""
        rng = np.random.default_rng(abs(int(sys.argv[2])))
        for unit, most in zip("Y 7M W 3D h 15m s ms 25us ns".split(), [2e4, 1e5, 1e6, 1e6, 1e9, 1e9, 1e12, 1e14, 1e15, 9e18]):
            for order in "<>":
                a = rng.integers(-int(most), int(most), 50).astype(order + "i8").view(f"{order}M8[{unit}]")
                name = unit + "<>".index(order) * "b"
                np.save(f"{sys.argv[1]}/{name}.npy", a)
                seconds = a.astype("M8[s]")
                nanos = (a - seconds).astype("m8[ns]").astype("i8") if unit[-1] == "s" else np.zeros(50, "i8")
                seconds = seconds.astype("i8")
                print(name, *(f"{s}:{n}" for s, n in zip(seconds, nanos)))
        """, directory, SEED).lines().toList();
    assertEquals(20, lines.size());
    for (String line : lines) {
      String[] parts = line.split(" ");
      NDArray array = NpyFile.array(directory.resolve(parts[0] + ".npy"));
      assertEquals(50, array.size());
      for (int i = 0; i < 50; i++) {
        String[] time = parts[i + 1].split(":");
        Instant expected = Instant.ofEpochSecond(Long.parseLong(time[0]), Long.parseLong(time[1]));
        assertEquals(Optional.of(expected), array.getInstant(i), parts[0] + " seed " + SEED);
      }
    }
  }

  @Test
  @RequiresNumPy
  void writesTimesThatNumPyReads() throws IOException {
    Instant[] days = {
      Instant.parse("2024-02-29T00:00:00Z"), null, Instant.parse("0001-01-01T00:00:00Z")
    };
    NpyArrays.write(NDArray.ofInstants("D", days), directory.resolve("days.npy"));
    NpyArrays.write(
        NDArray.ofInstants("25us", Instant.parse("1969-12-31T23:59:59.999975Z")),
        directory.resolve("steps.npy"));
    NpyArrays.write(
        NDArray.ofDurations("ms", Duration.ofMillis(-1500), null), directory.resolve("spans.npy"));
    NumPy.run("""
        def check(name, expected):
            found = np.load(f"{sys.argv[1]}/{name}.npy")
            assert found.dtype == expected.dtype and found.tobytes() == expected.tobytes(), (found, expected)
        check("days", np.array(["2024-02-29", "NaT", "0001-01-01"], "M8[D]"))
        check("steps", np.array(["1969-12-31T23:59:59.999975"], "M8[25us]"))
        check("spans", np.array([-1500, "NaT"], "m8[ms]"))
        """, directory);
  }
}
