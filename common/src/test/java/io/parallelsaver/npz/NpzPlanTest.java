package io.parallelsaver.npz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.ScalarType;
import io.parallelsaver.error.InputException;
import io.parallelsaver.testing.Golden;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

class NpzPlanTest {
  static final List<Profile> PROFILES =
      List.of(Profile.ALIGNED, Profile.PAGE_ALIGNED, Profile.NUMPY, new Profile(32768));

  @TempDir
  static Path scratch;

  /** What numpy.savez wrote to a file: stored, sizes in the local headers, no Python objects. */
  static List<String> savezFiles() {
    List<String> files = new ArrayList<>();
    for (Golden.GoldenFile file : Golden.files(".npz")) {
      if (!file.name().matches("(unseekable|compressed|object).*")) {
        files.add(file.name());
      }
    }
    return files;
  }

  @ParameterizedTest
  @MethodSource("savezFiles")
  void givesTheBytesOfSavezInNumPysProfile(String file) throws IOException {
    assertArrayEquals(
        Golden.bytes(file), PlanImage.assemble(PlanImage.contents(file, scratch), Profile.NUMPY));
  }

  @Test
  void seesTheFilesOfSavez() {
    assertTrue(
        savezFiles().size() >= 10 && savezFiles().contains("nothing.npz"),
        savezFiles().toString());
  }

  @ParameterizedTest
  @FieldSource("PROFILES")
  void isReadEqualByTheJdk(Profile profile) throws IOException {
    for (String file : savezFiles()) {
      Map<String, byte[]> contents = PlanImage.contents(file, scratch);
      Path archive = Files.write(scratch.resolve("jdk.npz"), PlanImage.assemble(contents, profile));
      try (ZipFile zip = new ZipFile(archive.toFile())) {
        assertEquals(
            contents.keySet().stream().map(key -> key + ".npy").toList(),
            zip.stream().map(ZipEntry::getName).toList());
        for (ZipEntry entry : Collections.list(zip.entries())) {
          byte[] content =
              contents.get(entry.getName().substring(0, entry.getName().length() - 4));
          assertEquals(Crc32Test.crc(content, 0, content.length), (int) entry.getCrc());
          try (InputStream in = zip.getInputStream(entry)) {
            assertArrayEquals(content, in.readAllBytes());
          }
        }
      }
    }
  }

  @ParameterizedTest
  @FieldSource("PROFILES")
  @RequiresNumPy
  void isReadEqualByNumPy(Profile profile) throws IOException {
    Path directory = Files.createDirectories(scratch.resolve("numpy-" + profile.alignment()));
    for (String file : savezFiles()) {
      Golden.copy(file, directory);
      Files.write(
          directory.resolve(file + ".ours"),
          PlanImage.assemble(PlanImage.contents(file, scratch), profile));
    }
    String script = """
        import pathlib, zipfile
        arrays = 0
        # NumPy's reading leaves the padding inside of elements to chance: of those only the members' bytes are compared.
        for theirs in sorted(pathlib.Path(sys.argv[1]).glob('*.npz')):
            assert zipfile.ZipFile(str(theirs) + '.ours').testzip() is None
            with np.load(theirs) as a, np.load(str(theirs) + '.ours') as b:
                assert a.files == b.files, (a.files, b.files)
                for key in a.files:
                    x, y = a[key], b[key]
                    assert (x.dtype, x.shape, x.flags.f_contiguous) == (y.dtype, y.shape, y.flags.f_contiguous), key
                    assert x.dtype.names or x.tobytes('A') == y.tobytes('A'), key
                    assert a.zip.read(key + '.npy') == b.zip.read(key + '.npy'), key
                    arrays += 1
        print(arrays)
        """;
    long arrays =
        savezFiles().stream().mapToLong(file -> Golden.arrays(file).size()).sum();
    assertEquals(Long.toString(arrays), NumPy.run(script, directory));
  }

  @Test
  void refusesObjectsWithTheArraysName() {
    ScalarType object = new ScalarType('O', 8, ByteOrder.LITTLE_ENDIAN, "");
    Map<String, ArraySpec> specs = Map.of("my array", ArraySpec.of(object, 3));
    InputException refusal =
        assertThrows(InputException.class, () -> NpzPlan.of(specs, Profile.ALIGNED));
    assertTrue(refusal.getMessage().contains("'my array'"), refusal.getMessage());
  }

  @Test
  void refusesNamesThatZipCannotHold() {
    ArraySpec spec = ArraySpec.of(DType.INT8, 1);
    for (String longest : List.of("x".repeat(65531), "\u6e29".repeat(21843))) {
      assertEquals(
          longest,
          NpzPlan.of(Map.of(longest, spec), Profile.ALIGNED).members().get(0).key());
      assertThrows(
          InputException.class, () -> NpzPlan.of(Map.of(longest + "yyy", spec), Profile.ALIGNED));
    }
  }

  @Test
  void refusesAlignmentsThatZipCannotHold() {
    for (int alignment : new int[] {-1, 1, 32, 63, 65, 96, 65536}) {
      assertThrows(IllegalArgumentException.class, () -> new Profile(alignment));
    }
  }
}
