package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.testing.Archive;
import io.parallelsaver.testing.Golden;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code repair}, and {@code verify} of what must be repaired: exit codes, messages, and what is there afterwards. */
class RepairCommandTest {
  @TempDir
  Path directory;

  private Path shared;
  private Path source;
  private Path target;

  @BeforeEach
  void makeDirectory() throws IOException {
    shared = Files.createDirectory(directory.resolve("shared"));
    source = directory.resolve("source.npz");
    target = directory.resolve("target.npz");
  }

  private Cli run(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--shared-memory", shared));
    return Cli.run(all.toArray());
  }

  /** An archive without its directory and the end of its last array. Returns the keys of those that are whole. */
  private List<String> cut(String golden) throws IOException {
    Path whole = Golden.copy(golden, directory);
    List<ArchiveMember> members = List.copyOf(Archive.read(whole).arrays().values());
    ArchiveMember last = members.get(members.size() - 1);
    byte[] bytes = Files.readAllBytes(whole);
    int length = (int) (last.offset() + last.compressedSize() - 1);
    Files.write(source, Arrays.copyOf(bytes, length));
    return members.stream().limit(members.size() - 1).map(ArchiveMember::key).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mixed.npz", "compressed.npz", "unseekable.npz"})
  void bringsOutWhatIsWhole(String golden) throws IOException {
    List<String> whole = cut(golden);
    Cli verified = run("verify", source).exits(3);
    assertTrue(verified.err().contains("repair " + source + " TARGET"), verified.err());
    Cli dry = run("repair", source, "--dry-run").exits(3);
    assertTrue(dry.out().contains("cut off"), dry.out());
    assertFalse(Files.exists(target));
    Map<?, ?> json = run("repair", source, target, "--json").exits(3).json();
    assertEquals((long) whole.size(), json.get("arrays"));
    assertEquals(false, json.get("directory"));
    assertEquals(whole.size() + 1, ((List<?>) json.get("members")).size());
    assertEquals(whole, List.copyOf(Archive.read(target).arrays().keySet()));
    run("verify", target).exits(0);
  }

  @Test
  void leavesTheTargetAloneIfNothingIsWhole() throws IOException {
    Files.write(source, new byte[1000]);
    Files.writeString(target, "old");
    Cli none = run("repair", source, target).exits(3);
    assertTrue(none.err().contains("nothing was written"), none.err());
    assertEquals("old", Files.readString(target));
  }

  @Test
  void keepsTheSource() throws IOException {
    cut("mixed.npz");
    byte[] before = Files.readAllBytes(source);
    Path link = Files.createSymbolicLink(directory.resolve("link.npz"), source);
    assertTrue(run("repair", source, link).exits(3).err().contains("in its own place"));
    assertArrayEquals(before, Files.readAllBytes(source));
    assertEquals(2, run("repair", source).exit());
    assertEquals(3, run("repair", directory.resolve("none.npz"), target).exit());
  }

  @Test
  void saysOfOtherFormatsWhatCanBeDone() throws IOException {
    refuses(Golden.copy("float64.npy", directory));
    Path tensors = directory.resolve("t.safetensors");
    run("convert", Golden.copy("float64.npy", directory), tensors).exits(0);
    refuses(tensors);
  }

  private void refuses(Path file) {
    Cli refused = run("repair", file, target).exits(3);
    assertTrue(refused.err().contains("no checksums"), refused.err());
    assertFalse(Files.exists(target));
  }

  /** NumPy fills in a member's CRC-32 when it is complete: of one that it never came to the end of there is none. */
  @RequiresNumPy
  @ParameterizedTest
  @ValueSource(ints = {0, 8})
  void unprovedComesOutWhenAskedFor(int method) {
    NumPy.run("""
        import io, zipfile, struct
        a = np.arange(500.)
        (np.savez_compressed if sys.argv[2] == '8' else np.savez)(sys.argv[1], a=a, b=a * 2)
        raw = bytearray(open(sys.argv[1], 'rb').read())
        with zipfile.ZipFile(sys.argv[1]) as z:
            last, start = z.infolist()[1], z.start_dir
        assert raw[last.header_offset:last.header_offset + 4] == b'PK\\x03\\x04'
        raw[last.header_offset + 14:last.header_offset + 18] = bytes(4)
        open(sys.argv[1], 'wb').write(raw[:start])
        """, source, method);
    assertTrue(run("repair", source, target).exits(3).out().contains("unproved"));
    assertEquals("['a']", NumPy.run("print(np.load(sys.argv[1]).files)", target));
    Cli all = run("repair", source, target, "--unproved").exits(3);
    assertTrue(all.err().contains("no checksum"), all.err());
    NumPy.run("""
        got = np.load(sys.argv[1])
        assert got.files == ['a', 'b'], got.files
        assert (got['a'] == np.arange(500.)).all() and (got['b'] == np.arange(500.) * 2).all()
        """, target);
  }
}
