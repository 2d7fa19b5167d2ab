package io.parallelsaver.npz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.testing.Archive;
import io.parallelsaver.testing.Golden;
import io.parallelsaver.testing.Golden.GoldenFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NpzArchiveTest {
  @TempDir
  Path directory;

  static List<GoldenFile> archives() {
    return Golden.files(".npz").stream()
        .filter(file -> !file.name().equals("object.npz"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("archives")
  void readsWhatNumPyWrote(GoldenFile file) throws IOException, DataFormatException {
    byte[] bytes = Golden.bytes(file.name());
    Archive archive = Archive.read(Golden.copy(file.name(), directory));
    List<Golden> goldens = Golden.arrays(file.name());

    assertEquals(file.sha256(), Golden.sha256(bytes), "this golden is not as NumPy wrote it");
    assertEquals(bytes.length, archive.size());
    assertEquals(
        goldens.stream().map(Golden::member).toList(),
        archive.members().stream().map(ArchiveMember::key).toList());
    assertEquals(file.arrays(), archive.arrays().size());
    for (Golden golden : goldens) {
      ArchiveMember member = archive.arrays().get(golden.member());
      byte[] content = golden.content(directory);
      assertArrayEquals(content, content(bytes, member), golden.toString());
      assertEquals(content.length, member.size());
      assertEquals(Crc32Test.crc(content, 0, content.length), member.crc());
      assertEquals(!file.name().contains("compressed"), member.stored());
      NpyHeader header = member.header().orElseThrow();
      assertEquals(golden.headerLength(), header.length());
      assertArrayEquals(golden.shape(), header.spec().shape());
    }
  }

  private static byte[] content(byte[] archive, ArchiveMember member) throws DataFormatException {
    byte[] packed = Arrays.copyOfRange(
        archive, (int) member.offset(), (int) (member.offset() + member.compressedSize()));
    if (member.stored()) {
      return packed;
    }
    byte[] content = new byte[(int) member.size()];
    Inflater inflater = new Inflater(true);
    inflater.setInput(packed);
    assertEquals(content.length, inflater.inflate(content));
    assertEquals(0, inflater.inflate(new byte[1]));
    assertTrue(inflater.finished());
    inflater.end();
    return content;
  }

  @Test
  void readsAnArchiveOfNothing() throws IOException {
    assertEquals(Map.of(), Archive.read(Golden.copy("nothing.npz", directory)).arrays());
  }

  @Test
  void readsWhatTheJdkWrote() throws IOException {
    Path file = directory.resolve("jdk.npz");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setComment("made by the JDK");
      zip.putNextEntry(new ZipEntry("dir/"));
      zip.putNextEntry(new ZipEntry("dir/gr\u00f6\u00dfe.npy"));
      zip.write(Golden.bytes("three-axes.npy"));
      zip.putNextEntry(new ZipEntry("README"));
      zip.write("no array".getBytes("UTF-8"));
      zip.putNextEntry(new ZipEntry("without-suffix"));
      zip.write(Golden.bytes("zero-d.npy"));
    }
    Archive archive = Archive.read(file);
    assertEquals(
        List.of("dir/", "dir/gr\u00f6\u00dfe", "README", "without-suffix"),
        archive.members().stream().map(ArchiveMember::key).toList());
    assertEquals(
        List.of("dir/gr\u00f6\u00dfe", "without-suffix"),
        List.copyOf(archive.arrays().keySet()));
    assertEquals(
        "<i2 (2, 3, 4) C",
        archive
            .arrays()
            .get("dir/gr\u00f6\u00dfe")
            .header()
            .orElseThrow()
            .spec()
            .toString());
  }

  @Test
  void readsAnArchiveBehindJunk() throws IOException {
    for (String file : List.of("mixed.npz", "compressed.npz", "nothing.npz")) {
      Archive plain = Archive.read(Golden.copy(file, directory));
      Archive behind = Forged.golden(file).prepend(new byte[777]).read(directory);
      assertEquals(plain.arrays().keySet(), behind.arrays().keySet());
      for (ArchiveMember member : plain.members()) {
        assertEquals(member.offset() + 777, behind.arrays().get(member.key()).offset());
      }
    }
  }

  @Test
  void readsAnArchiveWithAComment() throws IOException {
    for (int length : new int[] {1, 22, 300, 65535}) {
      Map<String, ArchiveMember> arrays =
          Forged.golden("mixed.npz").comment(new byte[length]).read(directory).arrays();
      assertEquals(
          List.of("named", "arr_0", "arr_1"), List.copyOf(arrays.keySet()), "comment of " + length);
    }
  }

  @Test
  void readsZip64RecordsEvenBehindJunk() throws IOException {
    Forged forged = Forged.golden("mixed.npz");
    int offset = forged.directoryAt();
    int end = forged.endAt();
    forged.zip64(3, end - offset, offset, end);
    assertEquals(3, forged.read(directory).arrays().size());
    assertEquals(3, forged.prepend(new byte[123]).read(directory).arrays().size());
  }

  @Test
  void letsTheLastOfEqualNamesWin() throws IOException {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    contents.put("a", Golden.bytes("int8.npy"));
    contents.put("b", Golden.bytes("int16.npy"));
    contents.put("c", Golden.bytes("int32.npy"));
    Forged forged = new Forged(PlanImage.assemble(contents, Profile.ALIGNED));
    forged.central(2, ZipRecord.CENTRAL_SIZE, 1, 'a').local(2, ZipRecord.LOCAL_SIZE, 1, 'a');
    Archive archive = forged.read(directory);
    assertEquals(
        List.of("b", "a"), archive.members().stream().map(ArchiveMember::key).toList());
    assertEquals(
        "<i4", archive.arrays().get("a").header().orElseThrow().spec().dtype().toString());
  }

  @Test
  void refusesObjectsWithTheArraysName() throws IOException {
    Path file = Golden.copy("object.npz", directory);
    InputException refusal = assertThrows(InputException.class, () -> Archive.read(file));
    assertFalse(refusal instanceof CorruptException);
    assertTrue(
        refusal.getMessage().startsWith(file + ": array 'objects' has dtype |O"),
        refusal.getMessage());
  }

  @Test
  void refusesWhatIsNoArchive() throws IOException {
    for (byte[] bytes :
        List.of(new byte[0], new byte[100_000], "PK".getBytes("UTF-8"), Golden.bytes("int8.npy"))) {
      assertThrows(CorruptException.class, () -> new Forged(bytes).read(directory));
    }
  }
}
