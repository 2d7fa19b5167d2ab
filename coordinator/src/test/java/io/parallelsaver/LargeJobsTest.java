package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.DType;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.output.Durability;
import io.parallelsaver.pool.PoolOptions;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerShare;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes that stand in files already are moved by few, large jobs; what is staged, by as many as the arena's slots want. */
class LargeJobsTest {
  private static final int CHUNK = 64 << 10;
  private static final int VALUES = 2_000_003;

  @TempDir
  Path directory;

  @Test
  void aJobGrowsWithTheWork() {
    PoolOptions two = PoolOptions.defaults().withWorkers(2);
    assertEquals(4 << 20, two.regionSize(0));
    assertEquals(4 << 20, two.regionSize(256 << 20));
    assertEquals(16 << 20, two.regionSize(1L << 30));
    assertEquals(64 << 20, two.regionSize(1L << 40));
    assertEquals(0, two.regionSize((1L << 30) + 12_345) % 4096);
    assertEquals(16 << 20, two.withWorkers(64).regionSize(32L << 30));
  }

  @Test
  void arraysInFilesTakeFewJobs() throws IOException {
    double[] values = TestArrays.doubles(VALUES, 4);
    SaverOptions options = TestArrays.options(directory, 2).withDurability(Durability.NONE);
    try (Saver saver = Saver.open(options);
        SharedArray shared = saver.allocate(DType.FLOAT64, VALUES)) {
      shared.buffer().asDoubleBuffer().put(values);
      Report staged = saver.save(directory.resolve("staged"), values, new int[] {1});
      Report named = saver.save(directory.resolve("named"), shared.array(), new int[] {1});
      assertEquals(-1, Files.mismatch(staged.file(), named.file()));
      int least = VALUES * Double.BYTES / CHUNK;
      assertTrue(jobs(staged) >= least, jobs(staged) + " jobs");
      // A 64th of the array each, and two for its ends.
      assertEquals(64, jobs(named), 4);
      RestoredArrays restored = saver.restore(named.file());
      assertTrue(restored.get("arr_0").contentEquals(NDArray.of(values)));
      assertEquals(64, jobs(restored.report()), 4);
      assertTrue(
          saver.verify(named.file(), ProgressListener.NONE).join().damaged().isEmpty());
    }
  }

  private static long jobs(Report report) {
    return report.workers().stream().mapToLong(WorkerShare::jobs).sum();
  }
}
