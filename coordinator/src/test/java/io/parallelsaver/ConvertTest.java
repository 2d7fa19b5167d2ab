package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.MlDType;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.stored.Format;
import io.parallelsaver.stored.StoredArrays;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** From every format to every other, through real workers. */
class ConvertTest {
  @TempDir
  static Path sharedMemory;

  private static Saver saver;
  private static Saver deflating;

  @TempDir
  Path directory;

  @BeforeAll
  static void open() {
    saver = Saver.open(TestArrays.options(sharedMemory, 2));
    deflating = Saver.open(TestArrays.options(sharedMemory, 2).withLevel(6));
  }

  @AfterAll
  static void close() {
    saver.close();
    deflating.close();
  }

  /** What every format can hold. */
  private static Map<String, NDArray> arrays() {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    arrays.put("large", NDArray.of(TestArrays.doubles(60_000, 3)).reshape(300, 200));
    arrays.put("gr\u00f6\u00dfe", NDArray.of(new int[] {1, 2, 3}));
    arrays.put("folder/none", NDArray.of(new float[0]));
    arrays.put("scalar", NDArray.of(true));
    float[] halves = new float[50_000];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = i / 2f;
    }
    arrays.put("brain", NDArray.bfloat16(halves));
    arrays.put(
        "eight", NDArray.of(new byte[] {1, 2, 3}).as(MlDType.FLOAT8_E4M3FN).reshape(3, 1));
    return arrays;
  }

  private Path saved(Saver by, Format format) {
    Path target = directory.resolve("source." + format);
    return Saver.await(
            by.saveAsync(target, NamedArrays.of(arrays()), format, ProgressListener.NONE))
        .file();
  }

  private Path convert(Path source, Format format) {
    Path target = directory.resolve("target." + format);
    return Saver.await(saver.convert(source, target, format, null, ProgressListener.NONE))
        .file();
  }

  /** Pickles have no place for a type that NumPy has not; files of a directory come in the order of their names. */
  private static void assertHolds(Path path, boolean typesAreLost) {
    Map<String, NDArray> found = saver.restore(path);
    Map<String, NDArray> expected = arrays();
    assertEquals(new TreeMap<>(expected).keySet(), new TreeMap<>(found).keySet());
    expected.forEach((key, array) -> {
      ArraySpec spec = typesAreLost ? array.spec().withoutLogicalType() : array.spec();
      assertEquals(spec, found.get(key).spec(), key);
      assertTrue(array.data().contentEquals(found.get(key).data()), key);
    });
  }

  static Stream<Arguments> pairs() {
    return Stream.of(Format.values())
        .flatMap(from -> Stream.of(Format.values()).map(to -> Arguments.of(from, to)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void keepsArraysAsTheyAre(Format from, Format to) throws IOException {
    boolean lost = from == Format.PICKLE || to == Format.PICKLE;
    if (from == Format.PICKLE && to == Format.SAFETENSORS) {
      // What is left of a bfloat16 is two bytes of anything.
      Path source = saved(saver, from);
      InputException refusal =
          assertThrows(InputException.class, () -> convert(source, to), to.toString());
      assertTrue(refusal.getMessage().contains("array 'brain' has dtype |V2"));
      assertFalse(Files.exists(directory.resolve("target.safetensors")));
      return;
    }
    Path target = convert(saved(saver, from), to);
    assertHolds(target, lost);
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void inflatesWhatIsDeflated(Format to) throws IOException {
    assertHolds(convert(saved(deflating, Format.NPZ), to), to == Format.PICKLE);
    assertNothingIsLeft();
  }

  private void assertNothingIsLeft() throws IOException {
    for (String name : Await.names(directory)) {
      assertTrue(name.startsWith("source.") || name.startsWith("target."), name);
    }
  }

  @Test
  void deflatesAnArchiveOntoItself() throws IOException {
    Path source = saved(saver, Format.NPZ);
    long before = Files.size(source);
    Saver.await(deflating.convert(source, source, Format.NPZ, null, ProgressListener.NONE));
    assertTrue(Files.size(source) < before);
    assertHolds(source, false);
    Saver.await(saver.convert(source, source, Format.NPZ, List.of("brain"), ProgressListener.NONE));
    assertEquals(List.of("brain"), List.copyOf(saver.restore(source).keySet()));
  }

  /** Without that the damage would get a checksum of its own. */
  @ParameterizedTest
  @EnumSource(Format.class)
  void refusesWhatIsDamaged(Format to) throws IOException {
    Path source = saved(saver, Format.NPZ);
    long middle;
    try (StoredArrays stored = StoredArrays.open(source)) {
      middle = stored.get("large").data().region().orElseThrow().offset() + 200_000;
    }
    flip(source, middle);
    CorruptException damage = assertThrows(CorruptException.class, () -> convert(source, to));
    assertTrue(
        damage.getMessage().contains("source.npz: array 'large': CRC-32"), damage.getMessage());
    assertEquals(List.of("source.npz"), Await.names(directory));
    if (to == Format.NPZ) {
      assertThrows(
          CorruptException.class,
          () -> Saver.await(
              deflating.convert(source, directory.resolve("x"), to, null, ProgressListener.NONE)));
      assertEquals(List.of("source.npz"), Await.names(directory));
    }
  }

  @Test
  void refusesWhatIsDamagedAndDeflated() throws IOException {
    Path source = saved(deflating, Format.NPZ);
    flip(source, Files.size(source) / 2);
    assertThrows(CorruptException.class, () -> convert(source, Format.SAFETENSORS));
    assertEquals(List.of("source.npz"), Await.names(directory));
  }

  private static void flip(Path file, long offset) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) offset] ^= 16;
    Files.write(file, bytes);
  }

  @Test
  void savesATensorFileOfNothing() {
    Path target = directory.resolve("nothing.safetensors");
    Saver.await(
        saver.saveAsync(target, NamedArrays.of(), Format.SAFETENSORS, ProgressListener.NONE));
    assertEquals(0, saver.restore(target).size());
  }

  @Test
  void refusesWhatTensorFilesCannotHold() {
    NDArray text = NDArray.of("text");
    Path target = directory.resolve("x.safetensors");
    InputException refusal = assertThrows(
        InputException.class,
        () -> Saver.await(saver.saveAsync(
            target, NamedArrays.of(text), Format.SAFETENSORS, ProgressListener.NONE)));
    assertTrue(refusal.getMessage().startsWith("array 'arr_0' has dtype <U4, which has no"));
    assertFalse(Files.exists(target));
  }

  /** NumPy sees bytes of two, and the name only who looks into the header's text. */
  @Test
  @RequiresNumPy
  void numpyReadsTypesItHasNotAsVoid() {
    Path archive = saved(saver, Format.NPZ);
    Path files = saved(saver, Format.NPY);
    assertEquals("6", NumPy.run("""
            import os, zipfile
            data = np.load(sys.argv[1])
            wanted = (np.arange(50000, dtype='f4') / 2).view('u4') >> 16
            for brain in data['brain'], np.load(os.path.join(sys.argv[2], 'brain.npy')):
                assert brain.dtype == np.dtype('V2'), brain.dtype
                exact = (np.arange(50000) < 257)
                assert np.array_equal(brain.view('u2')[exact], wanted[exact])
            for raw in open(os.path.join(sys.argv[2], 'brain.npy'), 'rb'), zipfile.ZipFile(sys.argv[1]).open('brain.npy'):
                assert b'# bfloat16' in raw.read(128)
            assert np.load(os.path.join(sys.argv[2], 'eight.npy')).dtype == np.dtype('V1')
            assert data['large'].shape == (300, 200)
            print(len(data.files))
            """, archive, files));
  }

  @Test
  void numpysOwnLayoutDoesNotNameThem() throws IOException {
    Path target = directory.resolve("numpy.npz");
    try (Saver numpy = Saver.open(TestArrays.options(sharedMemory, 1).withProfile(Profile.NUMPY))) {
      numpy.save(target, NDArray.bfloat16(1, 2).reshape(2));
    }
    String text = new String(Files.readAllBytes(target), StandardCharsets.ISO_8859_1);
    assertFalse(text.contains("bfloat16"));
    NDArray back = saver.restore(target).get("arr_0");
    assertEquals(ArraySpec.of(MlDType.BFLOAT16.stored(), 2), back.spec());
    assertEquals(2, back.as(MlDType.BFLOAT16).getDouble(1));
    assertEquals(DType.UINT16, back.view(DType.UINT16).dtype());
  }
}
