package io.parallelsaver.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/**
 * An array in a golden file, as NumPy wrote it and as NumPy reads it. The table's columns are explained in {@code make_goldens.py}.
 *
 * @param file name of the golden file
 * @param member key in an {@code .npz}, {@code -} for an {@code .npy}
 * @param version of the header, such as {@code 1.0}
 * @param descr the header's descr, or {@code sha256:} of it
 * @param shape extents
 * @param order C or F
 * @param headerLength bytes before the array's
 * @param values the elements in C order; empty if they are no numbers
 * @param sha256 of the array's bytes
 */
public record Golden(
    String file,
    String member,
    String version,
    String descr,
    long[] shape,
    char order,
    int headerLength,
    List<String> values,
    String sha256) {

  /**
   * A golden file.
   *
   * @param name its name
   * @param sha256 of its bytes
   * @param arrays how many arrays are in it
   */
  public record GoldenFile(String name, String sha256, int arrays) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** All arrays of all files. */
  public static List<Golden> arrays() {
    return lines("array").map(Golden::of).toList();
  }

  /** The arrays of one file, in its order. */
  public static List<Golden> arrays(String file) {
    return arrays().stream().filter(golden -> golden.file().equals(file)).toList();
  }

  /** All files whose names end so. */
  public static List<GoldenFile> files(String suffix) {
    return lines("file")
        .map(column -> new GoldenFile(column[1], column[2], Integer.parseInt(column[3])))
        .filter(file -> file.name().endsWith(suffix))
        .toList();
  }

  private static Stream<String[]> lines(String kind) {
    String table = new String(bytes("expected.tsv"), StandardCharsets.UTF_8);
    return table.lines().map(line -> line.split("\t", -1)).filter(column -> column[0].equals(kind));
  }

  private static Golden of(String[] column) {
    long[] shape = column[5].equals("()")
        ? new long[0]
        : Arrays.stream(column[5].split(",")).mapToLong(Long::parseLong).toArray();
    List<String> values = column[8].equals("-") ? List.of() : List.of(column[8].split(" "));
    return new Golden(
        column[1],
        column[2],
        column[3],
        column[4],
        shape,
        column[6].charAt(0),
        Integer.parseInt(column[7]),
        values,
        column[9]);
  }

  /** The bytes of a golden file. */
  public static byte[] bytes(String file) {
    try (InputStream in = Golden.class.getResourceAsStream("/golden/" + file)) {
      if (in == null) {
        throw new AssertionError("there is no golden file " + file);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies a golden file into a directory, unless it is there already. */
  public static Path copy(String file, Path directory) throws IOException {
    Path copy = directory.resolve(file);
    return Files.exists(copy) ? copy : Files.write(copy, bytes(file));
  }

  /**
   * Header and array, out of the archive if it is in one; the JDK reads that.
   *
   * @param scratch where an archive may be copied to
   */
  public byte[] content(Path scratch) throws IOException {
    if (member.equals("-")) {
      return bytes(file);
    }
    try (ZipFile zip = new ZipFile(copy(file, scratch).toFile());
        InputStream in = zip.getInputStream(zip.getEntry(member + ".npy"))) {
      return in.readAllBytes();
    }
  }

  /** Whether the array's bytes are pickled Python objects. */
  public boolean hasObject() {
    return descr.contains("|O");
  }

  /** SHA-256 in hexadecimal. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return member.equals("-") ? file : file + " " + member;
  }
}
