package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyFile;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.stored.Format;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories of {@code .npy} files and of the original's pickles, through real workers. */
class DirectoryTest {
  @TempDir
  static Path sharedMemory;

  private static Saver saver;

  @TempDir
  Path directory;

  @BeforeAll
  static void open() {
    saver = Saver.open(TestArrays.options(sharedMemory, 2));
  }

  @AfterAll
  static void close() {
    saver.close();
  }

  private static NamedArrays arrays() {
    return Samples.everyKind()
        .and("large", TestArrays.doubles(60_000, 1))
        .and("last", new float[0]);
  }

  @Test
  void npyFilesComeBackEqual() {
    NamedArrays arrays = NamedArrays.of(Map.of("a/b", TestArrays.doubles(60_000, 2)));
    Path out = directory.resolve("npy");
    Saver.await(saver.saveAsync(out, arrays, Format.NPY, ProgressListener.NONE));
    TestArrays.assertSame(arrays.asMap(), saver.restore(out));
  }

  @Test
  void savesAFileForEachArray() throws IOException {
    NamedArrays arrays = Samples.everyKind().and("folder/large", TestArrays.doubles(60_000, 8));
    Path out = directory.resolve("npy");
    Report report = Saver.await(saver.saveAsync(out, arrays, Format.NPY, ProgressListener.NONE));
    assertEquals(arrays.asMap().size(), report.members());
    for (Map.Entry<String, NDArray> entry : arrays.asMap().entrySet()) {
      NDArray back = NpyFile.array(out.resolve(entry.getKey() + ".npy"));
      assertTrue(entry.getValue().contentEquals(back), entry.getKey());
    }
    NamedArrays escaping = NamedArrays.of(Map.of("../up", 1));
    assertThrows(
        InputException.class,
        () -> Saver.await(saver.saveAsync(out, escaping, Format.NPY, ProgressListener.NONE)));
    assertFalse(Files.exists(directory.resolve("up.npy")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../out", "a/../../out", "/tmp/parallel-saver-escape", "a/./b"})
  void noKeyLeavesTheOutputDirectory(String key) {
    Path target = directory.resolve("escape.npz");
    saver.save(target, NamedArrays.of(Map.of(key, new int[] {1})));
    assertEquals(List.of(key), List.copyOf(saver.restore(target).keySet()));
    Path files = directory.resolve("files");
    InputException error = assertThrows(
        InputException.class,
        () -> Saver.await(saver.restoreToDirectory(target, files, null, ProgressListener.NONE)));
    assertTrue(error.getMessage().contains(key), error.getMessage());
    assertFalse(Files.exists(files), "nothing was made");
  }

  @Test
  void noSymbolicLinkLeadsOutOfTheOutputDirectory() throws IOException {
    Path target = directory.resolve("link.npz");
    saver.save(target, NamedArrays.of(Map.of("a/b", new int[] {1})));
    Path outside = Files.createDirectory(directory.resolve("outside"));
    Path files = Files.createDirectory(directory.resolve("files"));
    Files.createSymbolicLink(files.resolve("a"), outside);
    assertThrows(
        InputException.class,
        () -> Saver.await(saver.restoreToDirectory(target, files, null, ProgressListener.NONE)));
    assertEquals(List.of(), Await.names(outside));
  }

  /** Nothing is made behind a link, not even a folder; a link that has a file's own name is replaced. */
  @Test
  void makesNothingBehindASymbolicLink() throws IOException {
    Path target = directory.resolve("link.npz");
    saver.save(target, NamedArrays.of(Map.of("a/b/c", new int[] {1})));
    Path outside = Files.createDirectory(directory.resolve("outside"));
    for (Path led : List.of(outside, directory.resolve("nowhere"))) {
      Path files = Files.createDirectory(directory.resolve("to-" + led.getFileName()));
      Files.createSymbolicLink(files.resolve("a"), led);
      String message = assertThrows(
              InputException.class,
              () ->
                  Saver.await(saver.restoreToDirectory(target, files, null, ProgressListener.NONE)))
          .getMessage();
      assertTrue(message.contains("through a symbolic link out of " + files), message);
      assertEquals(List.of(), Await.names(outside));
      assertFalse(Files.exists(directory.resolve("nowhere")));
      assertEquals(List.of("a"), Await.names(files));
    }
    Path files = Files.createDirectories(directory.resolve("files/a/b"));
    Path precious = Files.writeString(outside.resolve("precious"), "kept");
    Files.createSymbolicLink(files.resolve("c.npy"), precious);
    Saver.await(
        saver.restoreToDirectory(target, directory.resolve("files"), null, ProgressListener.NONE));
    assertEquals("kept", Files.readString(precious));
    assertFalse(Files.isSymbolicLink(files.resolve("c.npy")));
  }

  @Test
  void refusesNamesThatAreNoFileNames() throws IOException {
    Path target = directory.resolve("names.npz");
    saver.save(target, NamedArrays.of(Map.of("nul\0", new int[] {1})));
    assertRefused(target, "is no file name here");
    try (OutputStream out = Files.newOutputStream(target);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(""));
      zip.write(new byte[] {1, 2, 3});
    }
    assertRefused(target, "array '' is no file name here");
  }

  private void assertRefused(Path target, String expected) {
    Path files = directory.resolve("files");
    String message = assertThrows(
            InputException.class,
            () -> Saver.await(saver.restoreToDirectory(target, files, null, ProgressListener.NONE)))
        .getMessage();
    assertTrue(message.contains(expected), message);
    assertFalse(Files.exists(files), "nothing is made");
  }

  /** The same letters to whoever looks at them, two keys and two files here. */
  @Test
  void keepsNamesApartThatDifferByNormalisation() throws IOException {
    NamedArrays arrays =
        NamedArrays.of(Map.of("\u00e9", new int[] {1})).and("e\u0301", new int[] {2});
    Path target = directory.resolve("names.npz");
    saver.save(target, arrays);
    TestArrays.assertSame(arrays.asMap(), saver.restore(target));
    Path files = directory.resolve("files");
    Saver.await(saver.restoreToDirectory(target, files, null, ProgressListener.NONE));
    assertEquals(2, Await.names(files).size());
    assertEquals(1, NpyFile.array(files.resolve("\u00e9.npy")).getLong(0));
    assertEquals(2, NpyFile.array(files.resolve("e\u0301.npy")).getLong(0));
  }

  @Test
  void picklesComeBackEqual() throws IOException {
    NamedArrays arrays = arrays();
    Path out = directory.resolve("pickles");
    Report report = Saver.await(saver.saveAsync(out, arrays, Format.PICKLE, ProgressListener.NONE));
    assertEquals(arrays.asMap().size(), report.members());
    assertEquals(3 * report.members(), Await.names(out).size());
    TestArrays.assertSame(arrays.asMap(), saver.restore(out));
    RestoredArrays one =
        saver.restoreAsync(out, List.of("large"), ProgressListener.NONE).join();
    assertEquals(List.of("large"), List.copyOf(one.keySet()));
    assertThrows(
        InputException.class,
        () -> Saver.await(saver.restoreAsync(out, List.of("no"), ProgressListener.NONE)));

    NamedArrays fewer = NamedArrays.of(new int[] {1}, new int[] {2});
    Saver.await(saver.saveAsync(out, fewer, Format.PICKLE, ProgressListener.NONE));
    assertEquals(6, Await.names(out).size(), "what the longer save had left is gone");
    TestArrays.assertSame(fewer.asMap(), saver.restore(out));
  }

  @Test
  @RequiresNumPy
  void pythonLoadsThePickles() {
    Path out = directory.resolve("pickles");
    Path archive = directory.resolve("same.npz");
    saver.save(archive, arrays());
    Saver.await(saver.saveAsync(out, arrays(), Format.PICKLE, ProgressListener.NONE));
    String printed = NumPy.run("""
            import os, pickle
            load = lambda name: pickle.load(open(os.path.join(sys.argv[1], name), 'rb'))
            expected, place = np.load(sys.argv[2]), 0
            for n, key in enumerate(expected.files, 1):
                a, b = load('data_%d.dat' % n), expected[key]
                assert load('data_index_%d.dat' % n) == key
                shape, dtype, offset = load('data_metadata_%d.dat' % n)
                assert shape == b.shape and dtype == b.dtype and offset == place, key
                assert offset % 64 == 0
                place = (offset + b.nbytes + 63) // 64 * 64
                assert a.dtype == b.dtype and a.shape == b.shape and a.tobytes('A') == b.tobytes('A'), key
                assert a.flags.f_contiguous == b.flags.f_contiguous, key
            print(n)
            """, out, archive);
    assertEquals(Integer.toString(arrays().asMap().size()), printed);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5})
  @RequiresNumPy
  void picklesThatPythonWroteComeBackEqual(int protocol) {
    NumPy.run("""
        import os, pickle
        arrays = {'f8': np.arange(50000.0), 'big': np.arange(300, dtype='>i4').reshape(3, 100), 'u1': np.arange(256, dtype='u1'),
                  'fortran': np.asfortranarray(np.arange(12.0).reshape(3, 4)), 'zero-d': np.array(7), 'empty': np.zeros((0, 3))}
        for n, (key, a) in enumerate(arrays.items(), 1):
            for name, value in [('', a), ('index_', key), ('metadata_', (a.shape, a.dtype, 64 * n))]:
                with open(os.path.join(sys.argv[1], 'data_%s%d.dat' % (name, n)), 'wb') as f:
                    pickle.dump(value, f, protocol=int(sys.argv[2]))
        np.savez(os.path.join(sys.argv[1], 'same.npz'), **arrays)
        """, directory, protocol);
    Map<String, NDArray> expected = saver.restore(directory.resolve("same.npz"));
    TestArrays.assertSame(expected, saver.restore(directory));
  }

  @Test
  void aDirectoryWithoutArraysIsRefused() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    InputException error = assertThrows(InputException.class, () -> saver.restore(empty));
    assertTrue(error.getMessage().contains("neither"), error.getMessage());
  }

  @Test
  void anotherNameInAPickleIsRefused() throws IOException {
    Path out = directory.resolve("hostile");
    Saver.await(
        saver.saveAsync(out, NamedArrays.of(new int[] {1}), Format.PICKLE, ProgressListener.NONE));
    Files.writeString(out.resolve("data_1.dat"), "cos\nsystem\n(S'echo hacked'\ntR.");
    assertThrows(InputException.class, () -> saver.restore(out));
  }
}
