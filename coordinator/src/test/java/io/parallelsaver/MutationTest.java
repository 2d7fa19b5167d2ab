package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.parallelsaver.Mutations.Mutation;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.Region;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.stored.Format;
import io.parallelsaver.stored.StoredArrays;
import io.parallelsaver.testing.Golden;
import io.parallelsaver.testing.OnFirstJava;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Small files of every format, cut off at every byte and with every bit turned over: each is opened, listed, restored and verified.
 * What has checksums must come back right or be refused; of the rest the structure must fit the bytes, which are those that stand there.
 */
@OnFirstJava
class MutationTest {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());
  private static final int BY_WORKERS = 150;

  /** Nothing takes longer, on a busy machine. */
  private static final double PATIENCE_SECONDS = 10;

  @TempDir
  static Path sharedMemory;

  private static Saver local;
  private static Saver workers;

  @TempDir
  Path directory;

  private int refused;
  private int right;
  private double longest;

  /** Archives that are made for the purpose. */
  enum Archived {
    ALIGNED,
    NUMPY_PROFILE,
    ZIP64_END,
    SEEK_TABLE,
    EMPTY_ARRAYS;

    private NamedArrays arrays() {
      return switch (this) {
        case SEEK_TABLE -> NamedArrays.of(new byte[9000]).and("ü", TestArrays.doubles(3, 1));
        case EMPTY_ARRAYS ->
          NamedArrays.of(new double[0]).and("ü", NDArray.of(new int[0]).reshape(0, 3));
        default -> NamedArrays.of(new short[] {1, 2, 3}).and("ü", TestArrays.doubles(2, 1));
      };
    }

    private Path make(Path directory) throws IOException {
      Path file = directory.resolve("m.npz");
      SaverOptions options = TestArrays.options(sharedMemory, 1)
          .withProfile(new Profile(this == NUMPY_PROFILE ? 0 : 64));
      options = options.withPool(options.pool().withChunkSize(4096));
      try (Saver saver = Saver.open(this == SEEK_TABLE ? options.withLevel(9) : options)) {
        saver.save(file, arrays());
      }
      if (this == ZIP64_END) {
        Files.write(file, withZip64End(Files.readAllBytes(file)));
      }
      return file;
    }
  }

  @BeforeAll
  static void open() {
    SaverOptions options = TestArrays.options(sharedMemory, 2);
    local = Saver.openLazily(options.withLocalBytes(1L << 40));
    workers = Saver.open(options);
  }

  @AfterAll
  static void close() {
    local.close();
    workers.close();
  }

  @ParameterizedTest
  @EnumSource
  void findsEveryDamageOfAnArchive(Archived kind) throws IOException {
    archive(kind.make(directory));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"mixed.npz", "compressed.npz", "unseekable.npz", "unseekable-compressed.npz"})
  void findsEveryDamageOfAnArchiveOfNumPy(String name) throws IOException {
    archive(Golden.copy(name, directory));
  }

  private void archive(Path file) throws IOException {
    Mutations mutations = new Mutations(file);
    Map<String, NDArray> expected = new LinkedHashMap<>(local.restore(file));
    assertFalse(expected.isEmpty());
    mutations.each(mutations.part(new Random(SEED)), mutation -> {
      boolean whole = rightOrRefused(local, file, expected, mutation);
      // Verifying also looks at what restoring never comes to.
      assertTrue(whole || !verified(file), "verified: " + mutation);
      assertFalse(mutation.cut() && whole, mutation.toString());
    });
    report(file);
    mutations.each(
        mutations.sample(BY_WORKERS, new Random(SEED)),
        mutation -> rightOrRefused(workers, file, expected, mutation));
  }

  /** Whether the arrays came back, which must then be right. */
  private boolean rightOrRefused(
      Saver saver, Path file, Map<String, NDArray> expected, Mutation mutation) {
    Map<String, NDArray> found = restore(saver, file, mutation);
    if (found != null) {
      try {
        TestArrays.assertSame(expected, found);
      } catch (AssertionError e) {
        fail(mutation + ", seed " + SEED, e);
      }
    }
    return found != null;
  }

  /** What is restored, or null if it is refused in words that name the file. */
  private Map<String, NDArray> restore(Saver saver, Path file, Mutation mutation) {
    long start = System.nanoTime();
    try {
      list(file, mutation);
      Map<String, NDArray> found = saver.restore(file);
      right++;
      return found;
    } catch (InputException e) {
      refused++;
      assertTrue(e.getMessage().contains(directory.toString()), e.getMessage());
      assertTrue(e.getMessage().length() < 1500, e.getMessage());
      return null;
    } catch (RuntimeException | Error e) {
      return fail(mutation + ", seed " + SEED, e);
    } finally {
      double seconds = (System.nanoTime() - start) / 1e9;
      longest = Math.max(longest, seconds);
      assertTrue(seconds < PATIENCE_SECONDS, mutation + " took " + seconds + " s");
    }
  }

  /** As the command {@code inspect} does. What it refuses, restoring may not pass over. */
  private static void list(Path file, Mutation mutation) {
    try (StoredArrays stored = StoredArrays.open(file)) {
      for (String key : stored.keys()) {
        stored.get(key);
      }
    } catch (InputException e) {
      assertThrows(
          InputException.class, () -> local.restore(file), "restored: " + mutation + ": " + e);
    }
  }

  private static boolean verified(Path file) {
    try {
      return Saver.await(local.verify(file, ProgressListener.NONE)).damaged().isEmpty();
    } catch (InputException e) {
      return false;
    }
  }

  private void report(Path file) {
    System.out.printf(
        Locale.ROOT,
        "mutations: %s, %d files, %d refused, %d right, longest %.3f s%n",
        file.getFileName(),
        refused + right,
        refused,
        right,
        longest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"float64.npy", "struct-version3.npy", "three-axes-fortran.npy"})
  void readsNoMoreThanStandsInAnNpyFile(String name) throws IOException {
    unchecked(Golden.copy(name, directory), Golden.copy(name, directory));
  }

  @Test
  void readsNoMoreThanStandsInAnNpyFileOfVersion2() throws IOException {
    byte[] one = Golden.bytes("int16.npy");
    ByteBuffer two = ByteBuffer.allocate(one.length + 2).order(ByteOrder.LITTLE_ENDIAN);
    two.put(one, 0, 6).put((byte) 2).put((byte) 0).putInt(one[8]).put(one, 10, one.length - 10);
    Path file = Files.write(directory.resolve("two.npy"), two.array());
    unchecked(file, file);
  }

  @Test
  void readsNoMoreThanStandsInATensorFile() throws IOException {
    Path file = directory.resolve("m.safetensors");
    save(file, Format.SAFETENSORS);
    unchecked(file, file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"data_1.dat", "data_index_1.dat", "data_metadata_1.dat"})
  void readsNoMoreThanStandsInADirectoryOfPickles(String name) throws IOException {
    Path folder = directory.resolve("pickles");
    save(folder, Format.PICKLE);
    unchecked(folder, folder.resolve(name));
  }

  private static void save(Path target, Format format) {
    NamedArrays arrays = NamedArrays.of(TestArrays.doubles(3, 1)).and("b", new short[] {1, 2});
    Saver.await(local.saveAsync(target, arrays, format, ProgressListener.NONE));
  }

  /** @param file the one that is damaged, at {@code source} or in it */
  private void unchecked(Path source, Path file) throws IOException {
    Mutations mutations = new Mutations(file);
    Map<String, NDArray> expected = new LinkedHashMap<>(local.restore(source));
    Region data = data(source, file);
    mutations.each(mutations.part(new Random(SEED)), mutation -> {
      Map<String, NDArray> found = restore(local, source, mutation);
      if (found == null) {
        return;
      }
      // The directory of pickles has a file that says what another one says better.
      assertFalse(mutation.cut() && data != null, mutation.toString());
      byte[] changed = mutations.bytes(mutation);
      boolean inData = data != null && mutation.at() >= data.offset() && mutation.at() < data.end();
      try (StoredArrays stored = StoredArrays.open(source)) {
        assertEquals(List.copyOf(stored.keys()), List.copyOf(found.keySet()));
        found.forEach((key, array) -> {
          if (inData) {
            assertEquals(expected.get(key).spec(), array.spec(), mutation.toString());
          }
          Region region = stored.get(key).data().region().orElseThrow();
          assertEquals(array.spec().byteSize(), region.length(), mutation.toString());
          if (region.file().equals(file)) {
            assertTrue(region.end() <= changed.length, mutation.toString());
            assertArrayEquals(
                Arrays.copyOfRange(changed, (int) region.offset(), (int) region.end()),
                array.toBytes().array(),
                mutation.toString());
          }
        });
      }
    });
    report(file);
    mutations.each(
        mutations.sample(BY_WORKERS, new Random(SEED)),
        mutation -> restore(workers, source, mutation));
  }

  /** All arrays' bytes in a file; null if there are none. */
  private static Region data(Path source, Path file) {
    try (StoredArrays stored = StoredArrays.open(source)) {
      List<Region> regions = stored.keys().stream()
          .map(key -> stored.get(key).data().region().orElseThrow())
          .filter(region -> region.file().equals(file))
          .toList();
      if (regions.isEmpty()) {
        return null;
      }
      long start = regions.stream().mapToLong(Region::offset).min().orElseThrow();
      long end = regions.stream().mapToLong(Region::end).max().orElseThrow();
      return new Region(file, start, end - start);
    }
  }

  /** The same archive, with the end records that one of more than 65,535 members has. */
  private static byte[] withZip64End(byte[] archive) {
    ByteBuffer in = ByteBuffer.wrap(archive).order(ByteOrder.LITTLE_ENDIAN);
    int end = archive.length - 22;
    long count = in.getShort(end + 10);
    ByteBuffer out = ByteBuffer.allocate(archive.length + 76).order(ByteOrder.LITTLE_ENDIAN);
    out.put(archive, 0, end)
        .putInt(0x06064b50)
        .putLong(44)
        .putInt(45 << 16 | 45)
        .putInt(0);
    out.putInt(0).putLong(count).putLong(count);
    out.putLong(in.getInt(end + 12)).putLong(in.getInt(end + 16));
    out.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
    out.putInt(0x06054b50).putInt(0).putInt(-1).putInt(-1).putInt(-1).putShort((short) 0);
    return out.array();
  }
}
