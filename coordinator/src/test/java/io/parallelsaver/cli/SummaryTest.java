package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parallelsaver.array.DType;
import io.parallelsaver.npy.NpyFile;
import io.parallelsaver.testing.Golden;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SummaryTest {
  /** What NumPy prints for some of the golden files, for those who have no NumPy. */
  private static final Map<String, String> PRINTED = Map.of(
      "bool.npy", "bool",
      "float64.npy", "float64",
      "float64-big-endian.npy", ">f8",
      "complex128.npy", "complex128",
      "uint8.npy", "uint8",
      "longdouble.npy", "float128",
      "datetime-no-unit.npy", "datetime64",
      "bytes.npy", "|S3");

  @Test
  void printsADtypeAsNumPyDoes(@TempDir Path scratch) throws Exception {
    for (Map.Entry<String, String> entry : PRINTED.entrySet()) {
      assertEquals(entry.getValue(), printed(entry.getKey(), scratch), entry.getKey());
    }
  }

  private static String printed(String file, Path scratch) throws Exception {
    DType dtype = NpyFile.array(Golden.copy(file, scratch)).dtype();
    return Summary.dtype(dtype);
  }

  @RequiresNumPy
  @Test
  void printsEveryScalarDtypeAsNumPyDoes(@TempDir Path scratch) throws Exception {
    List<String> files = new ArrayList<>();
    List<String> ours = new ArrayList<>();
    for (Golden.GoldenFile file : Golden.files(".npy")) {
      if (!file.name().startsWith("struct") && !file.name().startsWith("object")) {
        ours.add(printed(file.name(), scratch));
        files.add(scratch.resolve(file.name()).toString());
      }
    }
    String theirs = NumPy.run("for f in sys.argv[1:]: print(np.load(f).dtype)", files.toArray());
    assertEquals(theirs, String.join("\n", ours));
  }

  @ParameterizedTest
  @CsvSource({
    "a, a",
    "é b/c, é b/c",
    "red\u001b[31m, '''red\\x1b[31m'''",
    "'', ''''''",
    "it's, it's",
    "back\\slash, '''back\\\\slash'''"
  })
  void printsNoControlCharacters(String name, String printed) {
    assertEquals(printed, Summary.name(name));
  }

  @Test
  void printsTwoDecimalsAsAFormatterDoes() {
    for (double value : new double[] {0, 0.004, 0.006, 0.05, 0.5, 0.999, 1, 1.5, 99.994, 1023.99}) {
      assertEquals(String.format(Locale.ROOT, "%.2f", value), Summary.hundredths(value));
    }
  }
}
