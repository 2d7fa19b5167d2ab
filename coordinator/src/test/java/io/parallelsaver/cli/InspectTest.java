package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.Golden;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InspectTest {
  @TempDir
  Path temp;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dtypes.npz",
        "compressed.npz",
        "mixed.npz",
        "structured.npz",
        "odd-keys.npz",
        "unicode-keys.npz",
        "nothing.npz"
      })
  void listsWhatNumPySaved(String name) throws IOException {
    Path file = Golden.copy(name, temp);
    byte[] bytes = Files.readAllBytes(file);
    List<Golden> expected = Golden.arrays(name);
    List<?> members =
        (List<?>) Cli.run("inspect", file, "--json").exits(0).json().get("members");
    assertEquals(expected.size(), members.size());
    for (int i = 0; i < members.size(); i++) {
      Map<?, ?> member = (Map<?, ?>) members.get(i);
      Golden golden = expected.get(i);
      assertEquals(golden.member(), member.get("name"));
      assertEquals(Arrays.stream(golden.shape()).boxed().toList(), member.get("shape"));
      assertEquals(String.valueOf(golden.order()), member.get("order"));
      if (member.get("compression").equals("stored")) {
        int offset = Math.toIntExact((long) member.get("offset"));
        int length = Math.toIntExact((long) member.get("bytes"));
        assertEquals(
            golden.sha256(),
            Golden.sha256(Arrays.copyOfRange(bytes, offset, offset + length)),
            golden::toString);
      }
    }
  }

  @Test
  void alignsItsTable() throws IOException {
    Path file = temp.resolve("t.npz");
    byte[] array = Golden.bytes("three-axes.npy");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      put(zip, "a.npy", array, ZipEntry.STORED);
      put(zip, "notes.txt", "hello".getBytes(StandardCharsets.UTF_8), ZipEntry.DEFLATED);
    }
    List<String> lines = Cli.run("inspect", file).exits(0).out().lines().toList();
    String heading = lines.get(0);
    assertTrue(heading.matches("name +dtype +shape +order +bytes +offset"), heading);
    String row = lines.get(1);
    String notes = lines.get(2);
    assertEquals(heading.indexOf("dtype"), notes.indexOf("no array"));
    assertTrue(notes.startsWith("notes.txt") && notes.endsWith("deflated"), notes);
    assertEquals(row.indexOf("stored"), notes.indexOf("deflated"));
    assertEquals("2 members, " + Files.size(file) + " bytes in " + file, lines.get(3));
  }

  private static void put(ZipOutputStream zip, String name, byte[] content, int method)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(method);
    if (method == ZipEntry.STORED) {
      CRC32 crc = new CRC32();
      crc.update(content);
      entry.setSize(content.length);
      entry.setCrc(crc.getValue());
    }
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  @Test
  void goesOnAfterADamagedMember() throws IOException {
    Path file = Golden.copy("keyword.npz", temp);
    byte[] bytes = Files.readAllBytes(file);
    List<Golden> expected = Golden.arrays("keyword.npz");
    int magic = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("'descr'");
    bytes[magic + 1] = 'D';
    Files.write(file, bytes);
    Cli cli = Cli.run("inspect", file, "--json").exits(3);
    assertEquals(1, ((List<?>) cli.json().get("damaged")).size());
    assertEquals(expected.size() - 1, ((List<?>) cli.json().get("members")).size());
    assertTrue(cli.err().contains(expected.get(0).member()), cli.err());
  }
}
