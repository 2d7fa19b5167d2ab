package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.MlDType;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerShare;
import io.parallelsaver.shm.WorkerTable;
import io.parallelsaver.stored.Format;
import io.parallelsaver.stored.StoredArrays;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Work so small that the coordinator does it itself. */
class LocalTest {
  @TempDir
  Path directory;

  /** Workers that cannot start: whoever needs one fails. */
  private SaverOptions withoutWorkers() {
    SaverOptions options = TestArrays.options(directory, 2).withLocalBytes(64 << 20);
    return options.withPool(options.pool().withWorkerMain("no.such.Main"));
  }

  private static NamedArrays arrays() {
    return Samples.everyKind()
        .and("larger than the buffer", TestArrays.doubles(400_000, 1))
        .and("none", new float[0])
        .and("brain", NDArray.bfloat16(1, 2, 3));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 64, 4096})
  void writesTheSameBytesAsWorkersDo(int alignment) throws IOException {
    Path local = directory.resolve("local.npz");
    Path byWorkers = directory.resolve("workers.npz");
    try (Saver saver = Saver.openLazily(withoutWorkers().withProfile(new Profile(alignment)))) {
      assertEquals(List.of(), saver.save(local, arrays()).workers());
      NamedArrays expected = alignment == 0 ? NamedArrays.of(saver.restore(local)) : arrays();
      TestArrays.assertSame(expected.asMap(), saver.restore(local));
    }
    try (Saver saver =
        Saver.open(TestArrays.options(directory, 1).withProfile(new Profile(alignment)))) {
      assertFalse(saver.save(byWorkers, arrays()).workers().isEmpty());
    }
    assertEquals(-1, Files.mismatch(local, byWorkers));
  }

  @Test
  void writesTensorFilesAndConvertsThem() throws IOException {
    NamedArrays arrays = NamedArrays.of(TestArrays.doubles(1000, 2))
        .and("eight", NDArray.of(new byte[5]).as(MlDType.FLOAT8_E5M2));
    Path tensors = directory.resolve("x.safetensors");
    Path archive = directory.resolve("x.npz");
    try (Saver saver = Saver.openLazily(withoutWorkers())) {
      Saver.await(saver.saveAsync(tensors, arrays, Format.SAFETENSORS, ProgressListener.NONE));
      Saver.await(saver.convert(tensors, archive, Format.NPZ, null, ProgressListener.NONE));
      TestArrays.assertSame(arrays.asMap(), saver.restore(archive));
    }
  }

  @Test
  void findsDamageWhenRestoringAndWhenConverting() throws IOException {
    Path archive = directory.resolve("x.npz");
    Path target = directory.resolve("y.npz");
    try (Saver saver = Saver.openLazily(withoutWorkers())) {
      saver.save(archive, TestArrays.doubles(1000, 2), TestArrays.doubles(300_000, 2));
      for (String key : List.of("arr_0", "arr_1")) {
        byte[] bytes = Files.readAllBytes(archive);
        byte[] damaged = bytes.clone();
        try (StoredArrays stored = StoredArrays.open(archive)) {
          damaged[(int) stored.get(key).data().region().orElseThrow().offset() + 5000] ^= 2;
        }
        Files.write(archive, damaged);
        for (CorruptException damage : List.of(
            assertThrows(CorruptException.class, () -> saver.restore(archive)),
            assertThrows(
                CorruptException.class,
                () -> Saver.await(
                    saver.convert(archive, target, Format.NPZ, null, ProgressListener.NONE))))) {
          assertTrue(
              damage.getMessage().contains("x.npz: array '" + key + "': CRC-32"),
              damage.getMessage());
        }
        assertFalse(Files.exists(target));
        Files.write(archive, bytes);
      }
      saver.restore(archive);
    }
  }

  @Test
  void readsDeflatedArraysAndFindsDamageInThem() throws IOException {
    Path archive = directory.resolve("x.npz");
    try (Saver saver = Saver.open(TestArrays.options(directory, 1).withLevel(6))) {
      saver.save(archive, TestArrays.doubles(200_000, 2));
    }
    try (Saver saver = Saver.openLazily(withoutWorkers())) {
      TestArrays.assertSame(
          NamedArrays.of(TestArrays.doubles(200_000, 2)).asMap(), saver.restore(archive));
      byte[] bytes = Files.readAllBytes(archive);
      for (int at = 1000; at < bytes.length - 1000; at += 150_001) {
        bytes[at] ^= 64;
        Files.write(archive, bytes);
        CorruptException damage =
            assertThrows(CorruptException.class, () -> saver.restore(archive));
        assertTrue(damage.getMessage().contains("x.npz: array 'arr_0': "), damage.getMessage());
        bytes[at] ^= 64;
      }
    }
  }

  @Test
  void leavesMoreToWorkers() {
    try (Saver saver = Saver.openLazily(TestArrays.options(directory, 1).withLocalBytes(10_000))) {
      Path target = directory.resolve("x.npz");
      assertEquals(List.of(), saver.save(target, new byte[5_000]).workers());
      assertEquals(List.of(), saver.restore(target).report().workers());
      saver.awaitReady();
      assertEquals(1, saver.save(target, new byte[5_000]).workers().size());
    }
  }

  /** Of what is more than local, threads of this process do a part, the first worker that is up the rest. */
  @Test
  void beginsBeforeWorkersAreUp() {
    NamedArrays arrays = TestArrays.many(3, 100_000, 1);
    Path target = directory.resolve("x.npz");
    try (Saver saver = Saver.openLazily(TestArrays.options(directory, 2).withLocalBytes(1))) {
      boolean[] begun = {false};
      ProgressListener waiting = (done, total) -> {
        if (!begun[0]) {
          begun[0] = true;
          assertEquals(List.of(), ready());
          Await.until("a worker is up", Duration.ofSeconds(60), () -> !ready().isEmpty());
        }
      };
      Report report = Saver.await(saver.saveAsync(target, arrays, waiting));
      long byWorkers = report.workers().stream().mapToLong(WorkerShare::bytes).sum();
      assertTrue(0 < byWorkers && byWorkers < report.bytes(), byWorkers + " of " + report);
      TestArrays.assertSame(arrays.asMap(), saver.restore(target));
    }
  }

  /** Seats of workers that are up. */
  private List<Integer> ready() {
    WorkerTable table = Await.workerTable(directory);
    return IntStream.range(0, 2).filter(table::isReady).boxed().toList();
  }

  /** Everything that jobs do, done by threads of this process, with the result that workers would have. */
  @Test
  void doesEveryKindOfJob() throws IOException {
    NamedArrays arrays = TestArrays.many(3, 2_000_000, 1);
    Path archive = directory.resolve("x.npz");
    Path deflated = directory.resolve("deflated.npz");
    Path files = directory.resolve("files");
    Path pickles = directory.resolve("pickles");
    try (Saver saver = Saver.openLazily(withoutWorkers().withLevel(1).withLocalBytes(1L << 40))) {
      Saver.await(saver.saveAsync(pickles, arrays, Format.PICKLE, ProgressListener.NONE));
      Saver.await(saver.convert(pickles, deflated, Format.NPZ, null, ProgressListener.NONE));
      Saver.await(saver.restoreToDirectory(deflated, files, null, ProgressListener.NONE));
      TestArrays.assertSame(arrays.asMap(), saver.restore(deflated));
      assertEquals(
          Map.of(), Saver.await(saver.verify(deflated, ProgressListener.NONE)).damaged());
    }
    try (Saver saver = Saver.openLazily(withoutWorkers().withLocalBytes(1L << 40))) {
      Report report =
          Saver.await(saver.convert(files, archive, Format.NPZ, null, ProgressListener.NONE));
      assertEquals(List.of(), report.workers());
      TestArrays.assertSame(arrays.asMap(), saver.restore(archive));
      try (SharedArrays shared =
          Saver.await(saver.restoreShared(archive, null, ProgressListener.NONE))) {
        TestArrays.assertSame(arrays.asMap(), shared);
      }
    }
    assertEquals(List.of(), openFiles());
  }

  /** Files of this test that this process holds open. */
  private List<String> openFiles() throws IOException {
    try (Stream<Path> handles = Files.list(Path.of("/proc/self/fd"))) {
      return handles
          .map(LocalTest::target)
          .filter(file -> file.startsWith(directory + "/"))
          .toList();
    }
  }

  private static String target(Path handle) {
    try {
      return Files.readSymbolicLink(handle).toString();
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void saysWhatFailed() throws IOException {
    Path archive = directory.resolve("x.npz");
    NamedArrays arrays = NamedArrays.of().and("many", TestArrays.doubles(9_000_000, 1));
    try (Saver saver = Saver.openLazily(withoutWorkers().withLocalBytes(1L << 40))) {
      saver.save(archive, arrays);
      byte[] bytes = Files.readAllBytes(archive);
      bytes[70_000_000] ^= 1;
      Files.write(archive, bytes);
      CorruptException damage = assertThrows(CorruptException.class, () -> saver.restore(archive));
      assertTrue(damage.getMessage().contains("x.npz: array 'many': CRC-32"), damage.getMessage());
      SaverException failed =
          assertThrows(SaverException.class, () -> saver.save(Path.of("/dev/full/x.npz"), arrays));
      assertTrue(failed.getMessage().contains("/dev/full"), failed.getMessage());
    }
  }
}
