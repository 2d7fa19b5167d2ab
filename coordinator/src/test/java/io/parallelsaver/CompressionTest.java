package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerShare;
import io.parallelsaver.restore.Proof;
import io.parallelsaver.stored.Format;
import io.parallelsaver.testing.Archive;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives whose members are deflated, by all workers, also within one array. */
class CompressionTest {
  private static final int LEVEL = 6;

  @TempDir
  static Path sharedMemory;

  /** For all tests that are not about another level or number of workers. */
  private static Saver saver;

  @TempDir
  Path directory;

  @BeforeAll
  static void open() {
    saver = saver(2, LEVEL);
  }

  @AfterAll
  static void close() {
    saver.close();
  }

  private static Saver saver(int workers, int level) {
    return Saver.open(TestArrays.options(sharedMemory, workers).withLevel(level));
  }

  /** Smooth numbers, noise that does not compress, nothing at all, and many small arrays. */
  private static NamedArrays mixed() {
    Map<String, Object> arrays = new LinkedHashMap<>();
    double[] smooth = new double[60_000];
    for (int i = 0; i < smooth.length; i++) {
      smooth[i] = i / 4;
    }
    byte[] noise = new byte[400_000];
    new Random(3).nextBytes(noise);
    arrays.put("smooth", smooth);
    arrays.put("noise", noise);
    arrays.put("empty", new float[0]);
    for (int i = 0; i < 700; i++) {
      arrays.put("small/" + i, new int[] {i, i});
    }
    arrays.put("fortran", NDArray.of(smooth).reshape(300, 200).fortranOrder());
    return NamedArrays.of(arrays);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 9})
  void comesBackEqual(int level) {
    NamedArrays arrays = mixed();
    Path target = directory.resolve("deflated");
    try (Saver own = saver(2, level)) {
      own.save(target, arrays);
      TestArrays.assertSame(arrays.asMap(), own.restore(target));
      assertTrue(Saver.await(own.verify(target, ProgressListener.NONE)).whole());
    }
  }

  /** Also where two chunks share a header: without the directory, what stands there is all that proves the member. */
  @Test
  void everyLocalHeaderHasItsChecksum() throws IOException {
    NamedArrays arrays = mixed();
    Path target = directory.resolve("deflated.npz");
    Path back = directory.resolve("back.npz");
    try (Saver saver = saver(2, 1)) {
      saver.save(target, arrays);
      List<ArchiveMember> members = Archive.read(target).members();
      ArchiveMember last = members.get(members.size() - 1);
      byte[] bytes = Files.readAllBytes(target);
      Files.write(target, Arrays.copyOf(bytes, (int) (last.offset() + last.compressedSize())));
      Proof.Wanted nothing = new Proof.Wanted(false, false);
      Repair repair =
          Saver.await(saver.repair(target, back, Format.NPZ, nothing, ProgressListener.NONE));
      assertEquals(members.size(), repair.arrays());
      TestArrays.assertSame(arrays.asMap(), saver.restore(back));
    }
  }

  @Test
  @RequiresNumPy
  void numpyReadsIt() throws IOException {
    NamedArrays arrays = mixed();
    Path target = directory.resolve("deflated.npz");
    Path stored = directory.resolve("stored.npz");
    Path theirs = directory.resolve("theirs.npz");
    saver.save(target, arrays);
    try (Saver plain = TestArrays.withoutWorkers(sharedMemory, SaverOptions.STORED)) {
      plain.save(stored, arrays);
    }
    NumPy.run("""
        a, b = np.load(sys.argv[1]), np.load(sys.argv[2])
        assert a.files == b.files and len(a.files) > 700
        for key in a.files:
            assert a[key].dtype == b[key].dtype and a[key].flags.f_contiguous == b[key].flags.f_contiguous
            assert np.array_equal(a[key], b[key])
        np.savez_compressed(sys.argv[3], **{key: a[key] for key in a.files})
        """, target, stored, theirs);
    TestArrays.assertSame(arrays.asMap(), saver.restore(theirs));
    assertTrue(Files.size(target) < Files.size(stored));
  }

  @Test
  void oneArrayIsDeflatedAndInflatedByAllWorkers() throws IOException {
    NamedArrays one = TestArrays.many(1, 1_000_000, 6);
    Path target = directory.resolve("one.npz");
    Report saved = saver.awaitReady().save(target, one);
    assertEquals(2, saved.workers().size(), "" + saved);
    ArchiveMember member = Archive.read(target).members().get(0);
    long runs = member.seek().orElseThrow().runs();
    assertTrue(runs > 20, "runs: " + runs);
    RestoredArrays back = saver.restore(target);
    TestArrays.assertSame(one.asMap(), back);
    assertEquals(
        runs, back.report().workers().stream().mapToLong(WorkerShare::jobs).sum());
  }

  @Test
  void equalArraysGiveEqualBytesHoweverManyWorkers() throws IOException {
    NamedArrays arrays = mixed();
    for (int workers = 1; workers <= 3; workers++) {
      try (Saver own = saver(workers, LEVEL)) {
        own.save(directory.resolve("by" + workers), arrays);
      }
      assertEquals(
          -1,
          Files.mismatch(directory.resolve("by1.npz"), directory.resolve("by" + workers + ".npz")));
    }
  }

  @Test
  void localHeadersSayTheSameAsTheDirectory() throws IOException {
    NamedArrays arrays = mixed();
    saver.save(directory.resolve("local"), arrays);
    List<String> names = new ArrayList<>();
    try (ZipInputStream zip =
        new ZipInputStream(Files.newInputStream(directory.resolve("local.npz")))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        names.add(entry.getName());
        assertEquals(
            entry.getSize(),
            zip.readAllBytes().length,
            "sizes and CRC-32 are checked by the stream");
      }
    }
    assertEquals(arrays.asMap().keySet().stream().map(key -> key + ".npy").toList(), names);
  }

  @Test
  void damageIsFoundAndNamed() throws IOException {
    Path target = directory.resolve("damaged.npz");
    saver.save(target, mixed());
    byte[] bytes = Files.readAllBytes(target);
    ArchiveMember noise = Archive.read(target).arrays().get("noise");
    bytes[(int) (noise.offset() + noise.compressedSize() / 2)] ^= 16;
    Files.write(target, bytes);
    CorruptException error = assertThrows(CorruptException.class, () -> saver.restore(target));
    assertTrue(error.getMessage().contains("'noise'"), error.getMessage());
    assertEquals(
        List.of("noise"),
        List.copyOf(
            Saver.await(saver.verify(target, ProgressListener.NONE)).damaged().keySet()));
  }
}
