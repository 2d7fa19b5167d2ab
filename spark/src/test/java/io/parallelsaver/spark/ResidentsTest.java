package io.parallelsaver.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.resident.PoolDirectory;
import io.parallelsaver.worker.ResidentWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host whose workers are there already. */
class ResidentsTest {
  private static final int MEBIBYTES = 32;

  /** Each is a shard: while the first is saved, the worker is still being reached. */
  private static final int ARRAYS = 8;

  @TempDir
  Path folder;

  @Test
  void writeTheShards() throws IOException {
    Path pool = Files.createDirectory(folder.resolve("pool"));
    AtomicInteger jobs = new AtomicInteger();
    SparkSession spark = Sessions.local(folder);
    CompletableFuture<Void> serving;
    try (ResidentWorker worker = ResidentWorker.named(
        new PoolDirectory(pool), "one", (milestone, job) -> jobs.incrementAndGet())) {
      assertTrue(worker.listen());
      serving = CompletableFuture.runAsync(worker::serve);
      Noise.arrays(spark, ARRAYS, MEBIBYTES << 18, 1)
          .write()
          .format("npz")
          .option("pool", pool.toString())
          .option("shardSize", "1m")
          .save(folder.resolve("set").toString());
      assertEquals(
          ARRAYS,
          spark
              .read()
              .format("npz")
              .load(folder.resolve("set").toString())
              .where("length(data) = " + (MEBIBYTES << 20))
              .count());
      assertTrue(jobs.get() > 0, "the resident worker has done nothing");
    } finally {
      spark.stop();
    }
    serving.join();
  }
}
