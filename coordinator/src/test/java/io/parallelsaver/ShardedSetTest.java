package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.ScalarType;
import io.parallelsaver.array.StructType;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.output.Durability;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.shards.ShardIndex;
import io.parallelsaver.shards.Sharding;
import io.parallelsaver.stored.Format;
import io.parallelsaver.stored.ShardedSet;
import io.parallelsaver.stored.StoredArrays;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sharded sets, saved and read; {@code -Dshards.seed=N} makes the same random ones again. */
class ShardedSetTest {
  private static final long SEED = Long.getLong("shards.seed", System.nanoTime());
  private static final List<DType> DTYPES = List.of(
      DType.INT8,
      DType.FLOAT64,
      ((ScalarType) DType.INT32).withOrder(ByteOrder.BIG_ENDIAN),
      DType.COMPLEX128,
      ScalarType.of('U', 28),
      ScalarType.of('S', 3),
      new ScalarType('M', 8, ByteOrder.LITTLE_ENDIAN, "[25us]"),
      new StructType(
          List.of(StructType.Field.of("x", DType.FLOAT32), StructType.Field.of("n", DType.INT64))));

  @TempDir
  static Path sharedMemory;

  @TempDir
  Path temp;

  private Saver saver(Sharding sharding) {
    return Saver.openLazily(options(sharding));
  }

  private static SaverOptions options(Sharding sharding) {
    return TestArrays.options(sharedMemory, 2)
        .withDurability(Durability.NONE)
        .withLocalBytes(1L << 40)
        .withSharding(sharding);
  }

  private static NDArray random(Random random, ArraySpec spec) {
    byte[] bytes = new byte[(int) spec.byteSize()];
    random.nextBytes(bytes);
    if (spec.dtype() instanceof ScalarType scalar && scalar.kind() == 'U') {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (i % 4 == 0 ? 'a' + Math.floorMod(bytes[i], 26) : 0);
      }
    }
    return NDArray.of(spec, ByteBuffer.wrap(bytes));
  }

  private static NamedArrays randomArrays(Random random) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    int count = random.nextInt(12);
    for (int i = 0; i < count; i++) {
      long[] shape = random
          .longs(random.nextInt(4), 0, 40)
          .map(extent -> extent < 4 ? extent : extent / 2)
          .toArray();
      boolean fortran = shape.length > 1 && random.nextInt(4) == 0;
      DType dtype = DTYPES.get(random.nextInt(DTYPES.size()));
      String key = random.nextInt(5) == 0 ? "a/\u6e29 '" + i : "a" + i;
      arrays.put(key, random(random, new ArraySpec(dtype, shape, fortran)));
    }
    return NamedArrays.of(arrays);
  }

  private static Sharding randomSharding(Random random) {
    return random.nextBoolean()
        ? Sharding.ofCount(1 + random.nextInt(9))
        : Sharding.ofSize(1 + random.nextInt(60_000));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(temp)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Random arrays and shards: read as a whole and in slices, by us and by NumPy, and again as another set. */
  @Test
  @RequiresNumPy
  void comesBackHoweverItIsCut() throws IOException {
    System.out.println("shards.seed=" + SEED);
    Random random = new Random(SEED);
    String script = Files.readString(Path.of("src/test/resources/numpy/shards.py"));
    int cut = 0;
    for (int i = 0; i < 12; i++) {
      NamedArrays arrays = randomArrays(random);
      Sharding sharding = randomSharding(random);
      if (i == 0) {
        // Chance alone may cut nothing in twelve sets.
        arrays = arrays.and("cut", TestArrays.doubles(8_000, SEED));
        sharding = Sharding.ofSize(1 + random.nextInt(60_000));
      }
      String what = "seed " + SEED + ", set " + i + ", " + sharding;
      Path archive = temp.resolve("plain" + i + ".npz");
      try (Saver saver = saver(Sharding.NONE)) {
        saver.save(archive, arrays);
      }
      Path set = temp.resolve("set" + i);
      Path again = temp.resolve("again" + i);
      try (Saver saver = saver(sharding)) {
        Report report = saver.save(set, arrays);
        assertEquals(ShardIndex.of(set), report.file(), what);
        TestArrays.assertSame(arrays.asMap(), saver.restore(set));
        assertTrue(Saver.await(saver.verify(set, ProgressListener.NONE)).whole(), what);
        List<String> files = names();
        Saver.await(saver.convert(set, set, Format.NPZ, null, ProgressListener.NONE));
        assertEquals(files, names(), what);
      }
      NumPy.run(script, ShardIndex.of(set), archive);
      try (Saver saver = saver(randomSharding(random))) {
        Saver.await(saver.convert(set, again, Format.NPZ, null, ProgressListener.NONE));
        TestArrays.assertSame(arrays.asMap(), saver.restore(again));
      }
      try (StoredArrays stored = StoredArrays.open(ShardIndex.of(set))) {
        for (String key : stored.keys()) {
          NDArray whole = arrays.asMap().get(key);
          NDArray found = stored.get(key);
          assertTrue(whole.contentEquals(found), what + ", " + key);
          cut += found.data().region().isEmpty() ? 1 : 0;
          if (whole.shape().length > 0) {
            long from = random.nextLong(whole.shape()[0] + 1);
            long to = from + random.nextLong(whole.shape()[0] + 1 - from);
            assertTrue(
                whole.slice(from, to).contentEquals(found.slice(from, to)),
                what + ", " + key + " from " + from + " to " + to);
          }
        }
      }
    }
    assertTrue(cut > 0, "seed " + SEED + " cuts no array");
  }

  /** With worker processes: into shards, out of them, to files, to one archive. */
  @Test
  void movesThroughWorkers() throws IOException {
    NamedArrays arrays = NamedArrays.of(Map.of("large", TestArrays.doubles(900_000, SEED)))
        .and("small", new int[] {1, 2, 3})
        .and("scalar", 7.5);
    Path set = temp.resolve("set.npz");
    SaverOptions options =
        options(Sharding.ofCount(5)).withLocalBytes(0).withDurability(Durability.SYNC);
    try (Saver saver = Saver.open(options)) {
      saver.awaitReady();
      Report report = saver.save(set, arrays);
      assertFalse(report.workers().isEmpty());
      TestArrays.assertSame(arrays.asMap(), saver.restore(set));
      RestoredFiles files = Saver.await(
          saver.restoreToDirectory(set, temp.resolve("files"), null, ProgressListener.NONE));
      assertEquals(3, files.files().size());
      // A folder's files come in the order of their names.
      TestArrays.assertSame(new TreeMap<>(arrays.asMap()), saver.restore(temp.resolve("files")));
      try (SharedArrays shared =
          Saver.await(saver.restoreShared(set, null, ProgressListener.NONE))) {
        TestArrays.assertSame(arrays.asMap(), shared);
      }
      assertTrue(Saver.await(saver.verify(set, ProgressListener.NONE)).whole());
    }
    try (Saver saver = Saver.open(options.withSharding(Sharding.NONE))) {
      Saver.await(
          saver.convert(set, temp.resolve("one.npz"), Format.NPZ, null, ProgressListener.NONE));
      TestArrays.assertSame(arrays.asMap(), saver.restore(temp.resolve("one.npz")));
    }
  }

  @Test
  void aSliceWithinOneShardIsAView() {
    Path set = saveOne(Sharding.ofSize(8_000), 4_000);
    try (StoredArrays stored = ParallelSaver.open(set.toString())) {
      NDArray array = stored.get("a");
      assertEquals(4, ((ShardedSet) stored).index().arrays().get("a").parts().size());
      assertEquals(800, array.slice(1_000, 1_100).buffer().remaining());
      assertThrows(
          UnsupportedOperationException.class, () -> array.slice(999, 1_001).buffer());
      assertEquals(TestArrays.doubles(4_000, 1)[999], array.slice(999, 1_001).getDouble(0));
    }
  }

  private Path saveOne(Sharding sharding, int count) {
    Path set = temp.resolve("one");
    try (Saver saver = saver(sharding)) {
      saver.save(set, NamedArrays.of(Map.of("a", TestArrays.doubles(count, 1))));
    }
    return set;
  }

  @Test
  void aSmallerSetLeavesNoShardOfALargerOne() throws IOException {
    saveOne(Sharding.ofCount(7), 4_000);
    assertEquals(8, names().size());
    saveOne(Sharding.ofCount(2), 4_000);
    assertEquals(
        List.of("one-00001-of-00002.npz", "one-00002-of-00002.npz", "one.npz.index.json"), names());
  }

  @Test
  void noMoreShardsThanThereIsAnythingFor() throws IOException {
    saveOne(Sharding.ofCount(9), 2);
    assertEquals(3, names().size());
    try (Saver saver = saver(Sharding.ofCount(3))) {
      saver.save(temp.resolve("none"), NamedArrays.of());
      assertEquals(Map.of(), saver.restore(temp.resolve("none")));
    }
  }

  @Test
  void keepsPermissionsOfWhatItReplaces() throws IOException {
    saveOne(Sharding.ofCount(2), 100);
    Path index = temp.resolve("one.npz.index.json");
    Set<PosixFilePermission> mode = PosixFilePermissions.fromString("rw-r-----");
    Files.setPosixFilePermissions(index, mode);
    saveOne(Sharding.ofCount(3), 100);
    for (String name : names()) {
      assertEquals(mode, Files.getPosixFilePermissions(temp.resolve(name)), name);
    }
  }

  @Test
  void refusesWhatCannotBe() throws IOException {
    Files.writeString(temp.resolve("one.npz"), "an archive");
    InputException taken =
        assertThrows(InputException.class, () -> saveOne(Sharding.ofCount(2), 100));
    assertTrue(taken.getMessage().contains("one.npz, and whoever asks for it"), taken.toString());
    assertEquals(List.of("one.npz"), names());
    try (Saver saver = saver(Sharding.ofSize(8))) {
      NamedArrays clash =
          NamedArrays.of(Map.of("a", new long[] {1, 2})).and("a[0:1]", new long[] {3});
      InputException twice =
          assertThrows(InputException.class, () -> saver.save(temp.resolve("x"), clash));
      assertTrue(twice.getMessage().contains("would be called 'a[0:1]'"), twice.toString());
      assertThrows(
          InputException.class,
          () ->
              saver.saveAsync(temp.resolve("x"), clash, Format.SAFETENSORS, ProgressListener.NONE));
    }
    try (Saver saver = saver(Sharding.NONE)) {
      assertThrows(
          InputException.class, () -> saver.save(temp.resolve("x.npz.index.json"), new int[1]));
    }
    assertEquals(List.of("one.npz"), names());
  }

  /** Each makes a set wrong, and says what verify must name. */
  @Test
  void verifyNamesWhatIsWrong() throws IOException {
    saveOne(Sharding.ofCount(3), 3_000);
    Path second = temp.resolve("one-00002-of-00003.npz");
    byte[] right = Files.readAllBytes(second);
    flip(second, right.length / 2);
    assertDamaged("CRC-32");
    Files.write(second, right);
    flip(second, 15);
    assertDamaged("its CRC-32 is");
    Files.write(second, right);
    Files.delete(second);
    assertDamaged("shard one-00002-of-00003.npz is not there; in it stands 'a'");
    Files.write(second, Arrays.copyOf(right, right.length - 1));
    assertDamaged("one-00002-of-00003.npz");
    Files.copy(temp.resolve("one-00001-of-00003.npz"), second, StandardCopyOption.REPLACE_EXISTING);
    assertDamaged("is in this shard, but not in the index");
    Files.write(second, right);
    try (Saver saver = saver(Sharding.NONE)) {
      assertTrue(
          Saver.await(saver.verify(temp.resolve("one"), ProgressListener.NONE)).whole());
    }
  }

  private static void flip(Path file, int at) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 1)).rewind();
      channel.write(one, at);
    }
  }

  private void assertDamaged(String says) {
    try (Saver saver = saver(Sharding.NONE)) {
      Verification found = Saver.await(saver.verify(temp.resolve("one"), ProgressListener.NONE));
      String all = String.join("\n", found.damaged().values());
      assertTrue(all.contains(says), "expected " + says + ", found " + all);
      assertThrows(InputException.class, () -> saver.restore(temp.resolve("one")), says);
    }
  }

  /** What is damaged in an archive must not get a new, right checksum in a set, nor in another set. */
  @Test
  void damageDoesNotPassThrough() throws IOException {
    Path archive = temp.resolve("plain.npz");
    try (Saver saver = saver(Sharding.NONE)) {
      saver.save(archive, NamedArrays.of(Map.of("a", TestArrays.doubles(2_000, 1))));
    }
    saveOne(Sharding.ofCount(3), 2_000);
    flip(archive, 5_000);
    flip(temp.resolve("one-00002-of-00003.npz"), 3_000);
    for (Path source : List.of(archive, temp.resolve("one"))) {
      for (Sharding sharding : List.of(Sharding.ofCount(4), Sharding.NONE)) {
        try (Saver saver = saver(sharding)) {
          assertThrows(
              CorruptException.class,
              () -> Saver.await(saver.convert(
                  source, temp.resolve("bad"), Format.NPZ, null, ProgressListener.NONE)),
              source + " " + sharding);
        }
      }
    }
    assertFalse(names().stream().anyMatch(name -> name.contains("bad")), names().toString());
  }

  /** Two savers replace the set again and again, under the same names, and whoever reads it gets one of them, whole. */
  @Test
  void isReadWholeWhileItIsReplaced() throws Exception {
    Path set = temp.resolve("busy");
    AtomicBoolean end = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    List<Future<Object>> savers = new ArrayList<>();
    CountDownLatch saves = new CountDownLatch(12);
    saveFilled(set, 2);
    for (int version : new int[] {2, 3}) {
      savers.add(threads.submit(() -> {
        while (!end.get()) {
          saveFilled(set, version);
          saves.countDown();
        }
        return null;
      }));
    }
    try (Saver reader = saver(Sharding.NONE)) {
      for (int i = 0; i < 40 || saves.getCount() > 0 && !ended(savers); i++) {
        long[] values = reader.restore(set).get("v").toLongs();
        assertTrue(
            Arrays.stream(values).allMatch(each -> each == values[0]), "read " + i + " is mixed");
      }
    } finally {
      end.set(true);
      threads.shutdown();
    }
    for (Future<Object> saver : savers) {
      saver.get(60, TimeUnit.SECONDS);
    }
    try (Saver reader = saver(Sharding.NONE)) {
      int version = (int) reader.restore(set).get("v").getLong(0);
      assertEquals(version + 1, names().size(), names().toString());
    }
  }

  private static boolean ended(List<Future<Object>> savers) {
    return savers.stream().anyMatch(Future::isDone);
  }

  private void saveFilled(Path set, int version) {
    long[] values = new long[20_000];
    Arrays.fill(values, version);
    try (Saver saver = saver(Sharding.ofCount(version))) {
      saver.save(set, NamedArrays.of(Map.of("v", values)));
    }
  }
}
