package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.StructType;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.stored.Format;
import io.parallelsaver.stored.StoredArrays;
import io.parallelsaver.testing.Golden;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrays seen where they stand. */
class StoredArraysTest {
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

  @Test
  void seesAnAlignedArchiveInPlace() {
    double[] values = TestArrays.doubles(20_000, 5);
    NamedArrays arrays =
        NamedArrays.of(Map.of("a", NDArray.of(values).reshape(100, 200))).and("b", new int[] {7});
    Path target = saver.save(directory.resolve("out"), arrays).file();
    NDArray a;
    NDArray untouched;
    try (StoredArrays stored = StoredArrays.open(target)) {
      assertEquals(Format.NPZ, stored.format());
      assertEquals(List.of("a", "b"), List.copyOf(stored.keys()));
      a = stored.get("a");
      untouched = stored.get("b");
      ByteBuffer bytes = a.buffer();
      assertTrue(bytes.isDirect() && bytes.isReadOnly());
      assertEquals(0, a.data().region().orElseThrow().offset() % 64);
      assertEquals(values[12_345], bytes.asDoubleBuffer().get(12_345));
      // The name is another file's from now on; what was opened stays.
      saver.save(target, NamedArrays.of(Map.of("a", new byte[3])));
      assertEquals(values[201], a.getDouble(1, 1));
      assertArrayEquals(Arrays.copyOfRange(values, 400, 1000), a.slice(2, 5).toDoubles());
      assertEquals(Optional.empty(), stored.find("c"));
    }
    assertEquals(values[19_999], a.getDouble(99, 199));
    assertEquals(7, untouched.getLong(0), "mapped with the first array of the file");
  }

  @Test
  void seesDeflatedArraysOfEitherMaker() throws IOException {
    double[] values = TestArrays.doubles(700_000, 6);
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.rint(values[i] * 100);
    }
    Path ours = directory.resolve("ours.npz");
    try (Saver deflating = Saver.open(TestArrays.options(sharedMemory, 2).withLevel(6))) {
      deflating.save(ours, values);
    }
    Path theirs = directory.resolve("theirs.npz");
    byte[] header = NpyHeader.bytes(ArraySpec.of(DType.FLOAT64, values.length));
    ByteBuffer bytes = ByteBuffer.allocate(header.length + 8 * values.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(header);
    bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().put(values);
    zip(theirs, Map.of("arr_0.npy", bytes.array()));
    for (Path file : List.of(ours, theirs)) {
      try (StoredArrays stored = StoredArrays.open(file)) {
        NDArray array = stored.get("arr_0");
        assertEquals(Optional.empty(), array.data().region());
        for (int index : new int[] {0, 1, 131_071, 131_072, 400_000, 399_999, 699_999, 5}) {
          assertEquals(values[index], array.getDouble(index), file + " " + index);
        }
        assertArrayEquals(values, array.toDoubles());
        assertArrayEquals(
            Arrays.copyOfRange(values, 262_000, 262_200),
            array.slice(262_000, 262_200).toDoubles());
        assertThrows(UnsupportedOperationException.class, array::buffer);
      }
      TestArrays.assertSame(NamedArrays.of(values).asMap(), saver.restore(file));
    }
  }

  @Test
  void refusesToReadOnWhenClosed() throws IOException {
    Path file = Golden.copy("mixed.npz", directory);
    NDArray array;
    try (StoredArrays stored = StoredArrays.open(file)) {
      array = stored.get("named");
    }
    String message = assertThrows(IllegalStateException.class, array::toBytes).getMessage();
    assertTrue(message.startsWith(file + " has been closed"), message);
  }

  private static void zip(Path file, Map<String, byte[]> members) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        zip.putNextEntry(new ZipEntry(member.getKey()));
        zip.write(member.getValue());
      }
    }
  }

  /** One member whose header is damaged, and one that is no array: nobody who asks for others sees them. */
  @Test
  void readsNothingOfOtherKeys() throws IOException {
    Path file = directory.resolve("some.npz");
    byte[] broken = Golden.bytes("int16.npy");
    broken[12] = 'x';
    Map<String, byte[]> members = new LinkedHashMap<>();
    members.put("broken.npy", broken);
    members.put("README", "no array".getBytes(StandardCharsets.UTF_8));
    members.put("whole.npy", Golden.bytes("int8.npy"));
    members.put("bare", Golden.bytes("int32.npy"));
    members.put("fake.npy", "neither".getBytes(StandardCharsets.UTF_8));
    zip(file, members);
    try (StoredArrays stored = StoredArrays.open(file)) {
      assertEquals(List.of("broken", "whole", "bare", "fake"), List.copyOf(stored.keys()));
      assertEquals("|i1", stored.get("whole").dtype().toString());
      assertThrows(CorruptException.class, () -> stored.get("broken"));
      String message =
          assertThrows(InputException.class, () -> stored.get("fake")).getMessage();
      assertTrue(message.contains("has no array 'fake'"), message);
    }
    assertEquals(
        List.of("bare", "whole"),
        List.copyOf(
            Saver.await(saver.restoreAsync(file, List.of("bare", "whole"), ProgressListener.NONE))
                .keySet()));
    assertThrows(CorruptException.class, () -> saver.restore(file));
    Path out = directory.resolve("out");
    List<String> others = List.of("README", "whole", "fake");
    RestoredFiles files =
        Saver.await(saver.restoreToDirectory(file, out, others, ProgressListener.NONE));
    assertEquals(others, List.copyOf(files.files().keySet()));
    assertEquals("no array", Files.readString(out.resolve("README")));
    assertEquals("neither", Files.readString(out.resolve("fake")));
    assertEquals(List.of("README", "fake", "whole.npy"), Await.names(out));
  }

  /** As {@code np.load}: the full name first, then without {@code .npy}. */
  @Test
  void tellsApartNamesThatDifferInTheSuffix() throws IOException {
    Path file = directory.resolve("twins.npz");
    Map<String, byte[]> members = new LinkedHashMap<>();
    members.put("a.npy", Golden.bytes("int8.npy"));
    members.put("a", Golden.bytes("int16.npy"));
    members.put("b.npy", Golden.bytes("int32.npy"));
    zip(file, members);
    RestoredArrays restored = saver.restore(file);
    assertEquals(List.of("a.npy", "a", "b"), List.copyOf(restored.keySet()));
    assertEquals("|i1", restored.get("a.npy").dtype().toString());
    assertEquals("<i2", restored.get("a").dtype().toString());
    try (StoredArrays stored = StoredArrays.open(file)) {
      assertEquals("<i4", stored.get("b.npy").dtype().toString());
    }
  }

  @Test
  void readsLongHeadersOnlyWhenItIsAllowed() throws IOException {
    List<StructType.Field> fields = new ArrayList<>();
    for (int i = 0; i < 40_000; i++) {
      fields.add(StructType.Field.of("a field of this name, number " + i, DType.INT8));
    }
    ArraySpec spec = ArraySpec.of(new StructType(fields), 2);
    NDArray array = NDArray.of(spec, ByteBuffer.allocate(80_000));
    Path archive = saver.save(directory.resolve("long"), array).file();
    Path folder = directory.resolve("folder");
    Saver.await(saver.saveAsync(folder, NamedArrays.of(array), Format.NPY, ProgressListener.NONE));
    try (Saver generous = Saver.open(TestArrays.options(sharedMemory, 1).withMaxHeader(4 << 20))) {
      for (Path path : List.of(archive, folder)) {
        String message =
            assertThrows(CorruptException.class, () -> saver.restore(path)).getMessage();
        assertTrue(message.contains("longer than the limit of 1048576"), message);
        assertTrue(array.contentEquals(generous.restore(path).get("arr_0")));
      }
    }
  }

  @Test
  void opensWhateverItIsCalled() throws IOException {
    Path npy = Golden.copy("int16.npy", directory);
    Path called = Files.copy(npy, directory.resolve("called.npz"));
    try (StoredArrays stored = StoredArrays.open(called)) {
      assertEquals(Format.NPY, stored.format());
      assertEquals(List.of("called.npz"), List.copyOf(stored.keys()));
    }
    try (StoredArrays stored = StoredArrays.open(npy)) {
      assertEquals(List.of("int16"), List.copyOf(stored.keys()));
    }
    Path tensors = directory.resolve("tensors");
    Path target = Saver.await(saver.saveAsync(
            tensors, NamedArrays.of(new int[3]), Format.SAFETENSORS, ProgressListener.NONE))
        .file();
    assertEquals(directory.resolve("tensors.safetensors"), target);
    Files.move(target, tensors);
    try (StoredArrays stored = StoredArrays.open(tensors)) {
      assertEquals(Format.SAFETENSORS, stored.format());
      assertEquals(0, stored.get("arr_0").getLong(2));
    }
    for (String name : List.of("none", "empty", "text")) {
      Path path = directory.resolve(name);
      if (name.equals("empty")) {
        Files.createDirectory(path);
      } else if (name.equals("text")) {
        Files.writeString(path, "text");
      }
      String message =
          assertThrows(InputException.class, () -> StoredArrays.open(path)).getMessage();
      assertTrue(message.contains(path.toString()), message);
    }
  }

  @Test
  @RequiresNumPy
  void keepsAnyKey() {
    Map<String, Object> arrays = new LinkedHashMap<>();
    for (String key : List.of(
        "",
        "file",
        "x".repeat(10_000),
        "a/b",
        "/absolute",
        "../up",
        "gr\u00f6\u00dfe \ud83d\ude00",
        "a.npy",
        "line\nbreak",
        "nul\0")) {
      arrays.put(key, new int[] {arrays.size()});
    }
    Path target = saver.save(directory.resolve("keys"), NamedArrays.of(arrays)).file();
    RestoredArrays restored = saver.restore(target);
    assertEquals(List.copyOf(arrays.keySet()), List.copyOf(restored.keySet()));
    // Python's zipfile cuts a name off at a NUL.
    assertEquals("10", NumPy.run("""
            data = np.load(sys.argv[1])
            keys = ['', 'file', 'x' * 10000, 'a/b', '/absolute', '../up', 'gr\\xf6\\xdfe \\U0001f600', 'a.npy', 'line\\nbreak']
            for i, key in enumerate(keys):
                assert data[key].tolist() == [i], key
            print(len(data.files))
            """, target));
    for (String key : List.of("../up", "/absolute", "x".repeat(10_000))) {
      Path out = directory.resolve("out");
      String message = assertThrows(
              InputException.class,
              () -> Saver.await(saver.restoreToDirectory(
                  target, out, List.of("file", key), ProgressListener.NONE)))
          .getMessage();
      assertTrue(message.contains("array '" + key.substring(0, 3)), message);
      assertFalse(Files.exists(out), "nothing is made");
    }
  }

  @Test
  @RequiresNumPy
  void savesMoreMembersThanZipCouldOnceCount() {
    Map<String, Object> arrays = new LinkedHashMap<>();
    for (int i = 0; i < 70_000; i++) {
      arrays.put("k" + i, new short[] {(short) i});
    }
    Path target = saver.save(directory.resolve("many"), NamedArrays.of(arrays)).file();
    try (StoredArrays stored = StoredArrays.open(target)) {
      assertEquals(70_000, stored.keys().size());
      assertEquals((short) 65_537, stored.get("k65537").getLong(0));
    }
    RestoredArrays restored = saver.restore(target);
    assertEquals((short) 69_999, restored.get("k69999").getLong(0));
    assertEquals("70000", NumPy.run("""
            data = np.load(sys.argv[1])
            for i in range(0, 70000, 1111):
                assert data['k%d' % i].tolist() == [np.array(i).astype('i2')], i
            print(len(data.files))
            """, target));
  }
}
