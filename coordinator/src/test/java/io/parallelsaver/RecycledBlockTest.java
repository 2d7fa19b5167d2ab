package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.output.Durability;
import io.parallelsaver.pool.ProgressListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A block that was filled before is filled through the workers' mappings of it; what it held shows nowhere. */
class RecycledBlockTest {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());

  @TempDir
  static Path sharedMemory;

  @TempDir
  Path directory;

  private final Random random = new Random(SEED);
  private Saver saver;

  @BeforeEach
  void open() {
    saver = Saver.open(TestArrays.options(sharedMemory, 2).withDurability(Durability.NONE));
  }

  @AfterEach
  void close() {
    saver.close();
  }

  /** Large ones, one of several segments of a job, and many small ones, whose bytes begin and end anywhere in a page. */
  private NamedArrays arrays(int most) {
    Map<String, Object> arrays = new LinkedHashMap<>();
    arrays.put("large", TestArrays.doubles(most + random.nextInt(1000), random.nextInt()));
    for (int i = 0; i < 300; i++) {
      byte[] bytes = new byte[random.nextInt(3000)];
      random.nextBytes(bytes);
      arrays.put("small" + i, bytes);
    }
    arrays.put("last", new long[random.nextInt(70_000)]);
    return NamedArrays.of(arrays);
  }

  private Path saved(String name, NamedArrays arrays, int level) {
    try (Saver other = TestArrays.withoutWorkers(sharedMemory, level)) {
      return other.save(directory.resolve(name), arrays).file();
    }
  }

  private static void assertRestored(NamedArrays expected, Map<String, NDArray> found) {
    assertEquals(expected.asMap().keySet(), found.keySet());
    expected
        .asMap()
        .forEach((key, array) ->
            assertTrue(array.contentEquals(found.get(key)), key + ", seed " + SEED));
  }

  @Test
  void isFilledThroughMappings() throws IOException {
    NamedArrays first = arrays(1_500_000);
    NamedArrays second = arrays(700_000);
    NamedArrays third = arrays(900_000);
    Path stored = saved("first", first, SaverOptions.STORED);
    Path smaller = saved("second", second, SaverOptions.STORED);
    Path deflated = saved("third", third, 1);
    assertRestored(first, saver.restore(stored));
    assertEquals(0, mappedBlocks(), "pages that were never touched are cheaper to write");
    for (int round = 0; round < 2; round++) {
      assertRestored(second, saver.restore(smaller));
      assertRestored(third, saver.restore(deflated));
      assertRestored(first, saver.restore(stored));
    }
    assertEquals(2, mappedBlocks());
    NamedArrays larger = arrays(2_000_000);
    Path grown = saved("fourth", larger, SaverOptions.STORED);
    assertRestored(larger, saver.restore(grown));
    assertRestored(larger, saver.restore(grown));
    assertRestored(third, saver.restore(deflated));
    assertEquals(2, mappedBlocks());
  }

  @Test
  void isMappedAnewWhenItIsAnotherFile() throws IOException {
    NamedArrays arrays = arrays(700_000);
    Path file = saved("arrays", arrays, SaverOptions.STORED);
    for (int round = 0; round < 3; round++) {
      try (SharedArrays one = share(file);
          SharedArrays two = share(file)) {
        assertRestored(arrays, one);
        assertRestored(arrays, two);
        assertRestored(arrays, saver.restore(file));
      }
    }
  }

  @Test
  void showsDamageInMappedBytesToo() throws IOException {
    NamedArrays arrays = arrays(700_000);
    Path file = saved("arrays", arrays, SaverOptions.STORED);
    saver.restore(file);
    byte[] bytes = Files.readAllBytes(file);
    bytes[3_000_000] ^= 4;
    Files.write(file, bytes);
    CorruptException damaged = assertThrows(CorruptException.class, () -> saver.restore(file));
    assertTrue(damaged.getMessage().contains("'large'"), damaged.getMessage());
    bytes[3_000_000] ^= 4;
    Files.write(file, bytes);
    assertRestored(arrays, saver.restore(file));
  }

  private SharedArrays share(Path file) {
    return Saver.await(saver.restoreShared(file, null, ProgressListener.NONE));
  }

  /** How many workers have a block mapped. */
  private long mappedBlocks() throws IOException {
    List<Long> pids = saver.workerPids();
    long mapped = 0;
    for (long pid : pids) {
      try (Stream<String> maps = Files.lines(Path.of("/proc", Long.toString(pid), "maps"))) {
        mapped += maps.anyMatch(line -> line.endsWith("/block")) ? 1 : 0;
      }
    }
    return mapped;
  }
}
