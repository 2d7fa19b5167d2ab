package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.MlDType;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.stored.Format;
import io.parallelsaver.stored.StoredArrays;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
      assertEquals(1, saver.save(target, new byte[50_000]).workers().size());
      saver.awaitReady();
      assertEquals(1, saver.save(target, new byte[5_000]).workers().size());
    }
  }
}
