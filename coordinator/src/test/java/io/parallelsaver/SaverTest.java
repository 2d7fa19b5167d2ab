package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.ArrayData;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.FileData;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.Region;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.output.Durability;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerShare;
import io.parallelsaver.testing.Archive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Saves and restores through real worker processes, with one warm saver for all tests. */
class SaverTest {
  private static final int WORKERS = 2;

  @TempDir
  static Path sharedMemory;

  private static Saver saver;

  @TempDir
  Path directory;

  @BeforeAll
  static void open() {
    saver = Saver.open(TestArrays.options(sharedMemory, WORKERS));
  }

  @AfterAll
  static void close() {
    saver.close();
    assertEquals(List.of(), Await.names(sharedMemory));
  }

  /** Every test leaves only what it saved. */
  @AfterEach
  void nothingUnfinishedStays() {
    assertTrue(
        Await.names(directory).stream().noneMatch(name -> name.contains("parallel-saver")),
        "" + Await.names(directory));
  }

  @Test
  void namesPositionalNamedAndMixedArrays() {
    Report report = saver.save(
        directory.resolve("out"),
        NamedArrays.of(new int[] {1, 2}, new double[][] {{1}, {2}}).and("labels", 3L));
    assertEquals(directory.resolve("out.npz"), report.file());
    RestoredArrays data = saver.restore(directory.resolve("out"));
    assertEquals(List.of("arr_0", "arr_1", "labels"), List.copyOf(data.keySet()));
    assertArrayEquals(new int[] {1, 2}, (int[]) data.get("arr_0").toArray());
    assertArrayEquals(new double[][] {{1}, {2}}, (double[][]) data.get("arr_1").toNestedArray());
    assertEquals(3, data.get("labels").getLong());
    assertEquals(0, data.get("labels").shape().length);
  }

  @Test
  void takesAListAMapALoneNestedArrayAndBuffers() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("z", DoubleBuffer.wrap(new double[] {1, 2, 3}).position(1));
    map.put("a", new boolean[] {true, false});
    assertKeys(List.of("arr_0", "arr_1"), NamedArrays.of(List.of(new byte[3], new float[2])));
    assertKeys(List.of("z", "a"), NamedArrays.of(map));
    assertKeys(List.of("arr_0"), NamedArrays.of((Object[]) new double[2][3]));
    assertKeys(List.of("arr_0"), NamedArrays.of((Object[]) new String[] {"a", "bc"}));
    assertKeys(List.of("arr_0", "z", "a", "arr_1"), NamedArrays.of(new byte[1], map, List.of(2)));
    saver.save(directory.resolve("map"), NamedArrays.of(map));
    assertArrayEquals(
        new double[] {2, 3}, saver.restore(directory.resolve("map")).get("z").toDoubles());
  }

  private void assertKeys(List<String> keys, NamedArrays arrays) {
    saver.save(directory.resolve("keys"), arrays);
    RestoredArrays back = saver.restore(directory.resolve("keys"));
    assertEquals(keys, List.copyOf(back.keySet()));
    TestArrays.assertSame(arrays.asMap(), back);
  }

  @Test
  void archiveWithoutArraysGivesAnEmptyMap() {
    Report report = saver.save(directory.resolve("empty"));
    assertEquals(0, report.members());
    assertEquals(Map.of(), saver.restore(directory.resolve("empty")));
  }

  @Test
  void anEmptyArrayMayBeTheLast() {
    try (Saver own = Saver.open(TestArrays.options(sharedMemory, 1))) {
      own.save(directory.resolve("last"), new byte[3], new double[0]);
      assertEquals(2, own.restore(directory.resolve("last")).size());
    }
  }

  @ParameterizedTest
  @CsvSource({"64, SYNC", "64, NONE", "4096, SYNC", "4096, NONE", "0, SYNC", "0, NONE"})
  void everyTypeOrderAndShapeComesBack(int alignment, Durability durability) throws IOException {
    SaverOptions options = TestArrays.options(sharedMemory, WORKERS)
        .withProfile(new Profile(alignment))
        .withDurability(durability);
    NamedArrays arrays = Samples.everyKind();
    try (Saver own = Saver.open(options)) {
      Path target = directory.resolve("kinds.npz");
      own.save(target, arrays);
      TestArrays.assertSame(arrays.asMap(), own.restore(target));
      assertTrue(Saver.await(own.verify(target, ProgressListener.NONE)).whole());
      for (var member : Archive.read(target).members()) {
        long data = member.offset() + member.header().orElseThrow().length();
        assertTrue(alignment == 0 || data % alignment == 0, member.name() + " at " + data);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void oneLargeArrayIsSpreadOverAllWorkers(int workers) {
    try (Saver own = Saver.open(TestArrays.options(sharedMemory, workers))) {
      NamedArrays one = TestArrays.many(1, 2_000_000, 5);
      Path target = directory.resolve("one.npz");
      // Else the call may be over before the last worker is up.
      Report saved = own.awaitReady().save(target, one);
      RestoredArrays restored = own.restore(target);
      TestArrays.assertSame(one.asMap(), restored);
      for (Report report : List.of(saved, restored.report())) {
        assertEquals(workers, report.workers().size(), () -> "all took part: " + report);
        assertTrue(
            report.workers().stream().allMatch(share -> share.jobs() > 0 && share.bytes() > 0));
        assertEquals(
            own.workerPids(), report.workers().stream().map(WorkerShare::pid).toList());
      }
    }
  }

  @Test
  void aGibibyteIsSpreadOverAllWorkerProcesses() throws IOException {
    Path file = directory.resolve("sparse.bin");
    long gibibyte = 1L << 30;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {42}), gibibyte - 1);
    }
    NDArray array = NDArray.of(
        ArraySpec.of(DType.UINT8, gibibyte), new FileData(new Region(file, 0, gibibyte)));
    SaverOptions options =
        SaverOptions.defaults().withWorkers(WORKERS).withSharedMemory(sharedMemory);
    try (Saver own = Saver.open(options.withDurability(Durability.NONE))) {
      List<Long> pids = own.awaitReady().workerPids();
      List<ProcessHandle> children = ProcessHandle.current()
          .children()
          .filter(child -> pids.contains(child.pid()))
          .toList();
      assertEquals(WORKERS, children.size(), "worker processes below this one");
      for (ProcessHandle child : children) {
        // Java itself passes on no more than a page of it.
        String command = Files.readString(Path.of("/proc/" + child.pid() + "/cmdline"));
        assertTrue(command.contains("WorkerMain"), command);
      }
      Report report = own.save(directory.resolve("gib"), NamedArrays.of(array));
      assertEquals(
          pids, report.workers().stream().map(WorkerShare::pid).sorted().toList());
      assertTrue(
          report.workers().stream().allMatch(share -> share.bytes() > gibibyte / 20),
          () -> "" + report);
      RestoredArrays back = own.restore(directory.resolve("gib"));
      assertEquals(WORKERS, back.report().workers().size());
      assertEquals(42, back.get("arr_0").getLong(gibibyte - 1));
    }
    Files.delete(directory.resolve("gib.npz"));
  }

  @Test
  void manySmallArraysShareJobs() {
    Map<String, Object> many = new LinkedHashMap<>();
    for (int i = 0; i < 3000; i++) {
      many.put("array/" + i, new int[] {i, i + 1});
    }
    Path target = directory.resolve("many.npz");
    NamedArrays arrays = NamedArrays.of(many);
    Report report = saver.save(target, arrays);
    long jobs = report.workers().stream().mapToLong(WorkerShare::jobs).sum();
    assertTrue(jobs < 60, "jobs for 3000 arrays: " + jobs);
    RestoredArrays back = saver.restore(target);
    TestArrays.assertSame(arrays.asMap(), back);
    Saver.await(
        saver.restoreToDirectory(target, directory.resolve("files"), null, ProgressListener.NONE));
    assertEquals(3000, Await.names(directory.resolve("files/array")).size());
  }

  @Test
  void arraysInFilesAreReadByTheWorkers() throws IOException {
    double[] values = TestArrays.doubles(300_000, 6);
    Path file = directory.resolve("values.bin");
    ByteBuffer bytes = NDArray.of(values).toBytes();
    Files.write(file, bytes.array());
    NDArray inFile = NDArray.of(
        ArraySpec.of(DType.FLOAT64, 200_000),
        new FileData(new Region(file, 8 * 50_000, 8 * 200_000)));
    NamedArrays arrays = NamedArrays.of(inFile, new int[] {7}, inFile.reshape(400, 500));
    saver.save(directory.resolve("files"), arrays);
    TestArrays.assertSame(arrays.asMap(), saver.restore(directory.resolve("files")));
  }

  /** Nothing of ours reads them, but a ZIP tool that streams does. */
  @Test
  void localHeadersSayTheSameAsTheDirectory() throws IOException {
    NamedArrays arrays = TestArrays.many(3, 60_000, 4).and("small", 1).and("last", 2);
    saver.save(directory.resolve("local"), arrays);
    List<String> names = new ArrayList<>();
    try (ZipInputStream zip =
        new ZipInputStream(Files.newInputStream(directory.resolve("local.npz")))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        names.add(entry.getName());
        assertEquals(
            entry.getSize(), zip.readAllBytes().length, "size, and CRC-32 checked by the stream");
      }
    }
    assertEquals(arrays.asMap().keySet().stream().map(key -> key + ".npy").toList(), names);
  }

  @Test
  void replacesTheTargetAndKeepsItsMode() throws IOException {
    Path target = directory.resolve("out.npz");
    saver.save(target, new int[] {1});
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r-----"));
    Path link = Files.createSymbolicLink(directory.resolve("link.npz"), target);
    saver.save(link, new int[] {2});
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(target)));
    assertEquals(2, saver.restore(target).get("arr_0").getLong(0));
  }

  @Test
  void callsFromManyThreadsAllComeOutRight() {
    List<CompletableFuture<Report>> calls = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      calls.add(saver.saveAsync(
          directory.resolve("call" + i), TestArrays.many(2, 20_000, i), ProgressListener.NONE));
    }
    for (int i = 0; i < 12; i++) {
      assertEquals(2, calls.get(i).join().members());
      TestArrays.assertSame(
          TestArrays.many(2, 20_000, i).asMap(), saver.restore(directory.resolve("call" + i)));
    }
  }

  @Test
  void progressRisesToTheTotal() {
    ConcurrentLinkedQueue<Long> seen = new ConcurrentLinkedQueue<>();
    long[] last = new long[2];
    ProgressListener listener = (done, total) -> {
      seen.add(done);
      last[0] = done;
      last[1] = total;
    };
    saver
        .saveAsync(directory.resolve("p"), TestArrays.many(1, 200_000, 9), listener)
        .join();
    assertEquals(last[1], last[0]);
    assertEquals(seen.stream().sorted().toList(), List.copyOf(seen));
    assertTrue(seen.size() > 3, "" + seen);
  }

  @Test
  void anErrorInAWorkerReachesTheCallerWithTheArraysName() throws IOException {
    Path file = Files.write(directory.resolve("short.bin"), new byte[100]);
    NDArray broken =
        NDArray.of(ArraySpec.of(DType.INT8, 4000), new FileData(new Region(file, 0, 4000)));
    NamedArrays arrays = NamedArrays.of(new int[] {1}).and("broken", broken);
    saver.save(directory.resolve("out"), new int[] {5});
    CorruptException error =
        assertThrows(CorruptException.class, () -> saver.save(directory.resolve("out"), arrays));
    assertTrue(
        error.getMessage().contains("'broken'") && error.getMessage().contains("short.bin"),
        error.getMessage());
    assertEquals(
        5,
        saver.restore(directory.resolve("out")).get("arr_0").getLong(0),
        "the old file is there");
  }

  @Test
  void anErrorWhileStagingReachesTheCallerWithTheArraysName() {
    ArrayData failing = new ArrayData() {
      @Override
      public long length() {
        return 4_000_000;
      }

      @Override
      public void read(long offset, ByteBuffer target) {
        if (offset > 2_000_000) {
          throw new IllegalStateException("sensor unplugged");
        }
        target.position(target.limit());
      }
    };
    NamedArrays arrays = NamedArrays.of(NDArray.of(ArraySpec.of(DType.INT8, 4_000_000), failing));
    SaverException error =
        assertThrows(SaverException.class, () -> saver.save(directory.resolve("out"), arrays));
    assertTrue(
        error.getMessage().contains("'arr_0'") && error.getMessage().contains("sensor unplugged"),
        error.getMessage());
    assertFalse(Files.exists(directory.resolve("out.npz")));
    saver.save(directory.resolve("out"), TestArrays.many(2, 100_000, 3));
  }

  @Test
  void aFlippedBitIsFoundAndNamed() throws IOException {
    Path target = directory.resolve("out.npz");
    saver.save(target, TestArrays.many(3, 30_000, 1));
    byte[] bytes = Files.readAllBytes(target);
    bytes[bytes.length / 2] ^= 4;
    Files.write(target, bytes);
    CorruptException error = assertThrows(CorruptException.class, () -> saver.restore(target));
    assertTrue(
        error.getMessage().contains("'arr_1'") && error.getMessage().contains("CRC-32"),
        error.getMessage());
    Path files = Files.createDirectory(directory.resolve("files"));
    assertThrows(
        CorruptException.class,
        () -> Saver.await(saver.restoreToDirectory(target, files, null, ProgressListener.NONE)));
    assertEquals(List.of(), Await.names(files));
    Verification found = Saver.await(saver.verify(target, ProgressListener.NONE));
    assertEquals(List.of("arr_1"), List.copyOf(found.damaged().keySet()));
    assertEquals(
        1,
        saver
            .restoreAsync(target, List.of("arr_2"), ProgressListener.NONE)
            .join()
            .size());
  }

  @Test
  void badInputIsNamed() {
    InputException ragged = assertThrows(
        InputException.class, () -> NamedArrays.of(new int[1], new int[][] {{1}, {2, 3}}));
    assertTrue(
        ragged.getMessage().contains("'arr_1'") && ragged.getMessage().contains("[1]"),
        ragged.getMessage());
    InputException twice =
        assertThrows(InputException.class, () -> NamedArrays.of(new int[1]).and("arr_0", 2));
    assertTrue(twice.getMessage().contains("'arr_0'"), twice.getMessage());
    InputException text =
        assertThrows(InputException.class, () -> NamedArrays.of(Map.of("t", new Object())));
    assertTrue(text.getMessage().contains("'t'"), text.getMessage());
    InputException missing =
        assertThrows(InputException.class, () -> saver.restore(directory.resolve("no")));
    assertTrue(missing.getMessage().contains("no.npz"), missing.getMessage());
    SaverException folder =
        assertThrows(SaverException.class, () -> saver.save(directory.resolve("a/b"), 1));
    assertTrue(folder.getMessage().contains("there is no directory"), folder.getMessage());
  }
}
