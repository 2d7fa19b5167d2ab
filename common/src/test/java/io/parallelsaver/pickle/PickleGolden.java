package io.parallelsaver.pickle;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/**
 * A pickle that Python has dumped. The table's columns are explained in {@code make_pickle_goldens.py}.
 *
 * @param numpy version of NumPy
 * @param kind array, key, metadata or refused
 * @param name what it is
 * @param protocol of the pickle
 * @param columns what Python says it is
 * @param pickle its bytes
 */
record PickleGolden(
    String numpy, String kind, String name, int protocol, List<String> columns, byte[] pickle) {
  static List<PickleGolden> all(String kind) {
    return Stream.of("1.24.2", "2.4.6")
        .flatMap(PickleGolden::read)
        .filter(golden -> golden.kind().equals(kind))
        .toList();
  }

  private static Stream<PickleGolden> read(String numpy) {
    String file = "/golden-pickle/numpy-" + numpy + ".tsv";
    try (InputStream in = PickleGolden.class.getResourceAsStream(file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().map(line -> of(numpy, line.split("\t", -1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PickleGolden of(String numpy, String[] column) {
    return new PickleGolden(
        numpy,
        column[0],
        column[1],
        Integer.parseInt(column[2]),
        List.of(column).subList(3, column.length - 1),
        Base64.getDecoder().decode(column[column.length - 1]));
  }

  /** Extents from {@code 3,4} or {@code ()}. */
  static long[] shape(String text) {
    return text.equals("()")
        ? new long[0]
        : Arrays.stream(text.split(",")).mapToLong(Long::parseLong).toArray();
  }

  @Override
  public String toString() {
    return name + " protocol " + protocol + " NumPy " + numpy;
  }
}
