package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parallelsaver.array.NDArray;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Arrays to be saved, and the comparison of what comes back. */
final class TestArrays {
  private TestArrays() {}

  /** Reproducible doubles. */
  static double[] doubles(int count, long seed) {
    return new Random(seed).doubles(count).toArray();
  }

  /** {@code count} named arrays of {@code size} doubles each. */
  static NamedArrays many(int count, int size, long seed) {
    List<Object> arrays = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      arrays.add(doubles(size, seed + i));
    }
    return NamedArrays.of(arrays);
  }

  static void assertSame(Map<String, NDArray> expected, Map<String, NDArray> actual) {
    assertEquals(List.copyOf(expected.keySet()), List.copyOf(actual.keySet()));
    expected.forEach((key, array) -> {
      assertEquals(array.spec(), actual.get(key).spec(), key);
      assertArrayEquals(array.toBytes().array(), actual.get(key).toBytes().array(), key);
    });
  }

  /** Small jobs, so that a few MiB make many; and workers for all of them. */
  static SaverOptions options(Path sharedMemory, int workers) {
    SaverOptions defaults = SaverOptions.defaults()
        .withWorkers(workers)
        .withSharedMemory(sharedMemory)
        .withLocalBytes(0);
    return defaults.withPool(defaults.pool().withChunkSize(64 << 10));
  }

  /** Starts no workers: for files that something else is then done with. */
  static Saver withoutWorkers(Path sharedMemory, int level) {
    return Saver.openLazily(options(sharedMemory, 1).withLevel(level).withLocalBytes(1L << 40));
  }
}
