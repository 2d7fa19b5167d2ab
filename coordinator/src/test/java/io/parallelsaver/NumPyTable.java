package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.testing.NumPy;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;

/** Runs the scripts in {@code numpy/}, and reads the tables in which they say what an array is. */
final class NumPyTable {
  private static final String RUN = """
      import runpy
      sys.path.insert(0, sys.argv[1])
      sys.argv = sys.argv[2:]
      runpy.run_module(sys.argv[0], run_name='__main__')
      """;

  private NumPyTable() {}

  /** Runs a script with arguments; what it printed. */
  static String run(String script, Object... arguments) {
    try {
      Path file =
          Path.of(NumPyTable.class.getResource("/numpy/" + script + ".py").toURI());
      List<Object> all = new ArrayList<>(List.of(file.getParent(), script));
      all.addAll(Arrays.asList(arguments));
      return NumPy.run(RUN, all.toArray());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The lines of a table. */
  static List<Row> read(Path table) throws IOException {
    return Files.readAllLines(table).stream().map(Row::of).toList();
  }

  /**
   * One array, as NumPy has it.
   *
   * @param key its name
   * @param canBeFile whether a directory can hold a file of that name
   * @param descr dtype, as headers write it
   * @param shape as Python writes it
   * @param order C or F
   * @param crc of the bytes in that order, in hexadecimal; {@code -} where NumPy does not keep all of them
   */
  record Row(String key, boolean canBeFile, String descr, String shape, String order, String crc) {
    private static Row of(String line) {
      String[] column = line.split("\t", -1);
      String key = new String(HexFormat.of().parseHex(column[0]), StandardCharsets.UTF_8);
      return new Row(key, column[1].equals("file"), column[2], column[3], column[4], column[5]);
    }

    /** Fails unless the array is the same. */
    void assertDescribes(NDArray array, String where) {
      assertEquals(descr, array.dtype().descr(), where);
      assertEquals(shape, PythonText.tuple(array.shape()), where);
      assertEquals(order, "" + array.spec().order(), where);
      if (!crc.equals("-")) {
        CRC32 found = new CRC32();
        found.update(array.toBytes());
        assertEquals(crc, HexFormat.of().toHexDigits((int) found.getValue()), where);
      }
    }
  }
}
