package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every damaged array is named, in every format, and those beside it can be had; nothing is left out without a word. */
class DamageTest {
  @TempDir
  Path directory;

  private Path shared;
  private Path out;

  @BeforeEach
  void makeDirectory() throws IOException {
    shared = Files.createDirectory(directory.resolve("shared"));
    out = directory.resolve("out");
  }

  private Cli run(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--shared-memory", shared));
    return Cli.run(all.toArray());
  }

  private List<String> damaged(Path file) {
    return ((List<?>) run("verify", file, "--json").exits(3).json().get("damaged"))
        .stream().map(each -> ((Map<?, ?>) each).get("name").toString()).toList();
  }

  /** Arrays with and without {@code .npy} in their names, and one member that is none. */
  private static LyingZip mixed(byte[] bare) {
    return new LyingZip()
        .stored("whole.npy", Golden.bytes("int8.npy"))
        .stored("bare", bare)
        .stored("README", "no array".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void membersThatAreNoArraysAreSaid() throws IOException {
    Path file = mixed(Golden.bytes("int16.npy")).write(directory.resolve("mixed.npz"));
    Cli verified = run("verify", file).exits(0);
    assertTrue(
        verified.out().contains("1 member is no array, but bytes to np.load: 'README'\n"),
        verified.out());
    assertEquals(
        List.of("README"), run("verify", file, "--json").exits(0).json().get("others"));
    Cli converted = run("convert", file, directory.resolve("t.safetensors")).exits(0);
    assertTrue(converted.out().contains("1 member is no array, left out"), converted.out());
    Cli restored = run("restore", file, "--out", out).exits(0);
    assertTrue(restored.out().contains("1 member is no array, written as bytes"), restored.out());
    assertEquals("no array", Files.readString(out.resolve("README")));
    Cli repaired = run("repair", file, directory.resolve("repaired.npz")).exits(0);
    assertTrue(repaired.out().contains("no array"), repaired.out());
  }

  /** Without its magic it is no array to anybody, and its name does not say that it should be one. */
  @Test
  void aDamagedArrayOfAnyNameIsNotTakenForAnotherMember() throws IOException {
    Path file = mixed(Golden.bytes("int16.npy")).write(directory.resolve("mixed.npz"));
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    bytes[text.indexOf("\u0093NUMPY", text.indexOf("bare"))] ^= 1;
    Files.write(file, bytes);
    assertEquals(List.of("bare"), damaged(file));
    for (Cli refused : List.of(
        run("restore", file, "--out", out),
        run("convert", file, directory.resolve("t.npz")),
        run("save", directory.resolve("again.npz"), file))) {
      assertTrue(refused.exits(3).err().contains("'bare'"), refused.err());
    }
    assertFalse(Files.exists(directory.resolve("again.npz")));
    run("restore", file, "--out", out, "--keys", "whole").exits(0);
    Cli repaired = run("repair", file, directory.resolve("repaired.npz")).exits(3);
    assertTrue(repaired.out().matches("(?s).*bare +[0-9]+ +damaged .*"), repaired.out());
    assertTrue(repaired.out().matches("(?s).*README +[0-9]+ +no array .*"), repaired.out());
  }

  @Test
  void everyDamagedPickleIsNamed() throws IOException {
    Path pickles = directory.resolve("pickles");
    Path folder = Files.createDirectory(directory.resolve("npy"));
    for (String name : List.of("a", "b", "c", "d", "e", "f")) {
      Files.write(folder.resolve(name + ".npy"), Golden.bytes("int16.npy"));
    }
    run("convert", folder, pickles, "--format", "pickle").exits(0);
    Files.writeString(pickles.resolve("data_index_1.dat"), "no pickle");
    Files.delete(pickles.resolve("data_index_2.dat"));
    Files.delete(pickles.resolve("data_3.dat"));
    byte[] fourth = Files.readAllBytes(pickles.resolve("data_4.dat"));
    Files.write(pickles.resolve("data_4.dat"), Arrays.copyOf(fourth, fourth.length - 30));
    Files.copy(
        pickles.resolve("data_index_5.dat"),
        pickles.resolve("data_index_6.dat"),
        StandardCopyOption.REPLACE_EXISTING);
    assertEquals(
        List.of("data_index_1.dat", "data_index_2.dat", "c", "d", "data_index_6.dat"),
        damaged(pickles));
    Cli named = run("verify", pickles).exits(3);
    assertTrue(named.err().contains("'e' is there twice"), named.err());
    assertTrue(named.err().contains("there is no file " + pickles.resolve("data_3.dat")));
    assertTrue(named.err().contains("is damaged: 5 of its 6 members"), named.err());
    run("restore", pickles, "--out", out).exits(3);
    assertFalse(Files.exists(out));
    run("restore", pickles, "--out", out, "--keys", "e").exits(0);
    assertEquals(-1, Files.mismatch(out.resolve("e.npy"), folder.resolve("e.npy")));
  }

  @Test
  void everyTensorBehindACutIsNamed() throws IOException {
    Path folder = Files.createDirectory(directory.resolve("npy"));
    for (String name : List.of("a", "b", "c")) {
      Files.write(folder.resolve(name + ".npy"), Golden.bytes("float64.npy"));
    }
    Path tensors = directory.resolve("t.safetensors");
    run("convert", folder, tensors).exits(0);
    byte[] bytes = Files.readAllBytes(tensors);
    int start = 8 + (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    int each = (bytes.length - start) / 3;
    Files.write(tensors, Arrays.copyOf(bytes, start + 2 * each - 1));
    assertEquals(List.of("b", "c"), damaged(tensors));
    Files.write(tensors, Arrays.copyOf(bytes, start + 2 * each));
    assertEquals(List.of("c"), damaged(tensors));
    Cli refused = run("restore", tensors, "--out", out).exits(3);
    assertTrue(refused.err().contains("tensor 'c' takes the bytes from "), refused.err());
    run("restore", tensors, "--out", out, "--keys", "a,b").exits(0);
    assertEquals(-1, Files.mismatch(out.resolve("b.npy"), folder.resolve("b.npy")));
  }

  @Test
  void everyDamagedNpyFileIsNamed() throws IOException {
    Path folder = Files.createDirectory(directory.resolve("npy"));
    byte[] whole = Golden.bytes("float64.npy");
    Files.write(folder.resolve("a.npy"), Arrays.copyOf(whole, whole.length - 9));
    Files.write(folder.resolve("b.npy"), whole);
    Files.write(folder.resolve("c.npy"), Arrays.copyOf(whole, 50));
    assertEquals(List.of("a", "c"), damaged(folder));
    Cli named = run("verify", folder).exits(3);
    assertTrue(
        named.err().matches("(?s).*cut off, [0-9]+ of its [0-9]+ rows are there.*"), named.err());
  }
}
