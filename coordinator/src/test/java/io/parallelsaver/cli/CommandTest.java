package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.testing.Archive;
import io.parallelsaver.testing.Golden;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands in this JVM, with worker processes of their own, on files that NumPy has made. */
class CommandTest {
  @TempDir
  Path temp;

  private Path shared;
  private Path files;
  private Path archive;

  @BeforeEach
  void makeDirectories() throws IOException {
    shared = Files.createDirectory(temp.resolve("shared"));
    files = Files.createDirectory(temp.resolve("files"));
    archive = files.resolve("out.npz");
  }

  @AfterEach
  void leavesNothingBehind() throws IOException {
    assertEquals(List.of(), names(shared));
    assertEquals(
        List.of(),
        names(files).stream().filter(name -> name.contains("unfinished")).toList());
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  private Cli run(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of(arguments));
    if (!arguments[0].equals("inspect")) {
      all.addAll(List.of("--shared-memory", shared));
    }
    return Cli.run(all.toArray());
  }

  private Path golden(String name) throws IOException {
    return Golden.copy(name, files);
  }

  /** The bytes of an array in a {@code .npy} file, by the golden table's hash. */
  private static void assertHolds(Golden golden, Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int header = 10 + (bytes[8] & 0xFF) + 256 * (bytes[9] & 0xFF);
    byte[] data = Arrays.copyOfRange(bytes, header, bytes.length);
    assertEquals(golden.sha256(), Golden.sha256(data), golden::toString);
  }

  @Test
  void savesAndRestoresAllKindsOfInputs() throws IOException {
    Path inputs = Files.createDirectory(temp.resolve("inputs"));
    Map<String, Golden> expected = new LinkedHashMap<>();
    for (String name : List.of(
        "empty-0x3.npy", "float64.npy", "int16-fortran.npy", "struct-nested.npy", "zero-d.npy")) {
      Golden.copy(name, inputs);
      expected.put(name.replace(".npy", ""), Golden.arrays(name).get(0));
    }
    expected.put("the/first", expected.get("float64"));
    // Stored members, and deflated ones.
    for (String name : List.of("keyword.npz", "compressed.npz")) {
      Golden.arrays(name).forEach(golden -> expected.put(golden.member(), golden));
    }
    String named = "the/first=" + inputs.resolve("float64.npy");
    Cli saved = run(
            "save",
            archive,
            inputs,
            named,
            golden("keyword.npz"),
            golden("compressed.npz"),
            "--json")
        .exits(0);
    assertEquals((long) expected.size(), saved.json().get("arrays"));
    assertEquals(Files.size(archive), saved.json().get("bytes"));
    assertEquals(
        List.copyOf(expected.keySet()),
        List.copyOf(Archive.read(archive).arrays().keySet()));

    Path out = temp.resolve("out");
    Cli restored = run("restore", archive, "--out", out, "--json").exits(0);
    List<Object> files = new ArrayList<>();
    for (Map.Entry<String, Golden> entry : expected.entrySet()) {
      Path file = out.resolve(entry.getKey() + ".npy");
      assertHolds(entry.getValue(), file);
      files.add(Map.of("name", entry.getKey(), "file", file.toString()));
    }
    assertEquals(files, restored.json().get("files"));
    Cli some = run(
            "restore",
            archive,
            "--out",
            temp.resolve("some"),
            "--keys",
            "zero-d,float64",
            "--keys",
            "odd")
        .exits(0);
    assertEquals(List.of("float64.npy", "odd.npy", "zero-d.npy"), names(temp.resolve("some")));
    assertEquals(4, some.out().lines().count(), some.out());
    Cli verified = run("verify", archive).exits(0);
    assertTrue(verified.out().contains("is whole: " + expected.size() + " arrays"), verified.out());
    assertEquals("", verified.err());
  }

  @Test
  void numbersTheArraysWhenTold() throws IOException {
    run(
            "save",
            "--positional",
            archive,
            golden("float64.npy"),
            golden("positional.npz"),
            files.resolve("float64.npy"))
        .exits(0);
    List<String> keys = List.copyOf(Archive.read(archive).arrays().keySet());
    int count = Golden.arrays("positional.npz").size() + 2;
    assertEquals(
        Stream.iterate(0, i -> i < count, i -> i + 1).map(i -> "arr_" + i).toList(), keys);
    assertEquals(
        2,
        run("save", "--positional", archive, "x=" + files.resolve("float64.npy"))
            .exit());
  }

  @Test
  void compressesWhenTold() throws IOException {
    Path large = files.resolve("large.npy");
    byte[] zeros = new byte[300_000];
    byte[] header = NpyHeader.bytes(ArraySpec.of(DType.INT8, zeros.length));
    Files.write(large, header);
    Files.write(large, zeros, StandardOpenOption.APPEND);
    run("save", "--compress", archive, large).exits(0);
    assertTrue(Files.size(archive) < 10_000, "deflated: " + Files.size(archive));
    run("save", archive, "--compress", "9", large).exits(0);
    run("save", archive, large, "--compress=1").exits(0);
    run("verify", archive).exits(0);
    run("restore", archive, "--out", temp.resolve("out")).exits(0);
    assertEquals(-1, Files.mismatch(large, temp.resolve("out/large.npy")));
    run("save", "--compress=11", archive, large).exits(2);
  }

  @Test
  void writesAFileForEachArrayWhenTold() throws IOException {
    Path out = temp.resolve("npy");
    run("save", "--format", "npy", out, golden("positional.npz"), golden("float64.npy"))
        .exits(0);
    assertEquals(-1, Files.mismatch(golden("float64.npy"), out.resolve("float64.npy")));
    run("save", archive, out).exits(0);
    Path pickles = temp.resolve("pickles");
    run("save", "--format=pickle", pickles, golden("positional.npz")).exits(0);
    assertTrue(Files.exists(pickles.resolve("data_metadata_1.dat")));
    run("save", "--format=npy", "--compress", out, golden("float64.npy")).exits(2);
    run("save", "--format=xyz", out, golden("float64.npy")).exits(2);
  }

  @Test
  void writesNumpysOwnLayoutWhenTold() throws IOException {
    run("save", "--align", "4096", archive, golden("float64.npy")).exits(0);
    assertTrue(run("inspect", archive).exits(0).out().contains(" 4096 "));
    run("save", "--align=0", archive, golden("positional.npz")).exits(0);
    assertEquals(-1, Files.mismatch(golden("positional.npz"), archive));
    run("save", "--align=100", archive, golden("float64.npy")).exits(2);
  }

  @Test
  void savesOntoItsOwnInput() throws IOException {
    run("save", archive, golden("float64.npy"), golden("zero-d.npy")).exits(0);
    run("save", archive, archive, "more=" + files.resolve("zero-d.npy")).exits(0);
    assertEquals(
        List.of("float64", "zero-d", "more"),
        List.copyOf(Archive.read(archive).arrays().keySet()));
    run("verify", archive).exits(0);
    run("restore", archive, "--out", temp.resolve("out")).exits(0);
    assertHolds(Golden.arrays("float64.npy").get(0), temp.resolve("out/float64.npy"));
  }

  @Test
  void refusesTwoArraysOfOneName() throws IOException {
    Path other = Files.createDirectory(temp.resolve("other"));
    Golden.copy("float64.npy", other);
    Cli cli = run("save", archive, golden("float64.npy"), other).exits(3);
    String message = cli.err();
    assertTrue(message.contains("'float64'"), message);
    assertTrue(
        message.contains(
            files.resolve("float64.npy") + ", one from " + other.resolve("float64.npy")),
        message);
    assertFalse(Files.exists(archive));
  }

  @Test
  void refusesDamagedAndObjectInputs() throws IOException {
    byte[] old = {1, 2, 3};
    Files.write(archive, old);
    Path cut = files.resolve("cut.npy");
    byte[] bytes = Golden.bytes("float64.npy");
    Files.write(cut, Arrays.copyOf(bytes, bytes.length - 1));
    for (Path input : List.of(cut, golden("object.npy"), golden("object.npz"))) {
      Cli cli = run("save", archive, input).exits(3);
      assertTrue(cli.err().contains(input.toString()), cli.err());
      assertEquals(1, cli.err().lines().count(), cli.err());
      assertArrayEquals(old, Files.readAllBytes(archive));
    }
  }

  @Test
  void namesEveryDamagedArray() throws IOException {
    Path first = golden("float64.npy");
    run("save", archive, "one=" + first, "two=" + first, "three=" + first).exits(0);
    Archive whole = Archive.read(archive);
    for (String key : List.of("one", "three")) {
      flip(archive, whole.arrays().get(key).offset() + whole.arrays().get(key).size() - 1);
    }
    Cli text = run("verify", archive).exits(3);
    assertEquals("", text.out());
    assertTrue(
        text.err().contains("array 'one': CRC-32") && text.err().contains("array 'three': CRC-32"),
        text.err());
    assertFalse(text.err().contains("'two'"), text.err());
    Cli json = run("verify", archive, "--json").exits(3);
    assertEquals(false, json.json().get("whole"));
    List<?> damaged = (List<?>) json.json().get("damaged");
    assertEquals(
        List.of("one", "three"),
        damaged.stream().map(each -> ((Map<?, ?>) each).get("name")).toList());

    Path out = temp.resolve("out");
    run("restore", archive, "--out", out).exits(3);
    assertFalse(Files.exists(out), "nothing was made");
    run("restore", archive, "--out", out, "--keys", "two").exits(0);
    // Saved again, the damage would get a checksum of its own.
    Path again = files.resolve("again.npz");
    Cli save = run("save", again, archive).exits(3);
    assertTrue(save.err().contains("array 'one': CRC-32"), save.err());
    assertFalse(Files.exists(again));
  }

  private static void flip(Path file, long offset) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(offset);
      int old = bytes.read();
      bytes.seek(offset);
      bytes.write(old ^ 1);
    }
  }

  @Test
  void saysWhatIsMissing() {
    assertTrue(run("restore", temp.resolve("none"), "--out", temp)
        .exits(3)
        .err()
        .contains("none, nor " + temp.resolve("none.npz")));
    Cli json = run("verify", temp.resolve("none"), "--json").exits(3);
    assertEquals(3L, json.json().get("exit"));
    assertTrue(run("save", temp.resolve("no/out"), "pom.xml")
        .exits(3)
        .err()
        .contains("pom.xml: no end of central directory: the file is no .npz"));
    assertTrue(run("clean").exits(0).out().contains("nothing to remove"));
    assertEquals(List.of(), run("clean", "--json").exits(0).json().get("removed"));
  }
}
