package io.parallelsaver.save;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.ArrayData;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.HeapData;
import io.parallelsaver.job.CallFiles;
import io.parallelsaver.job.JobFile.Mode;
import io.parallelsaver.npz.NpzPlan;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.pool.PoolOptions;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.save.SavePlan.Placement;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Some chunks of one file are written past the page cache, and others through it, by two workers at once. */
class TwoWaysTest {
  private static final int CHUNK = 64 << 10;

  @TempDir
  Path folder;

  @Test
  void makeOneFile() throws IOException {
    Path shared = Files.createDirectory(folder.resolve("shm"));
    byte[] large = random(3_000_017, 1);
    byte[] small = random(70_000, 2);
    Map<String, ArraySpec> specs = new LinkedHashMap<>();
    specs.put("large", ArraySpec.of(DType.INT8, large.length));
    specs.put("small", ArraySpec.of(DType.INT8, small.length));
    NpzPlan archive = NpzPlan.of(specs, Profile.ALIGNED);
    List<ArrayData> data = List.of(new HeapData(large), new HeapData(small));
    SavePlan plan = SavePlan.of(archive, data);
    Path file = Files.write(folder.resolve("file"), new byte[(int) plan.bytes()]);
    CallFiles files = new CallFiles();
    int direct = files.write(Mode.WRITE_DIRECT, file, plan.bytes());
    int cached = files.write(Mode.WRITE, file, plan.bytes());
    AtomicInteger asked = new AtomicInteger();
    PoolOptions options = PoolOptions.defaults()
        .withWorkers(2)
        .withSharedMemory(shared)
        .withLocalBytes(0)
        .withChunkSize(CHUNK);
    ExecutorService staging = Executors.newFixedThreadPool(2);
    Written written;
    try (WorkerPool pool = WorkerPool.prepare(options)) {
      pool.startWorkers();
      pool.awaitReady();
      written = Written.of(
          pool,
          pool.newCall(),
          plan,
          CHUNK,
          files,
          of -> asked.getAndIncrement() % 2 == 0 ? direct : cached,
          staging,
          ProgressListener.NONE);
    } finally {
      staging.shutdown();
    }
    assertTrue(asked.get() > 40, asked + " chunks");
    byte[] found = Files.readAllBytes(file);
    for (int i = 0; i < 2; i++) {
      byte[] expected = i == 0 ? large : small;
      Placement placement = plan.placements().get(i);
      int from = (int) placement.dataOffset();
      assertEquals(ByteBuffer.wrap(expected), ByteBuffer.wrap(found, from, expected.length));
      CRC32 crc = new CRC32();
      crc.update(found, (int) placement.summedOffset(), (int)
          (placement.dataEnd() - placement.summedOffset()));
      assertEquals((int) crc.getValue(), written.crcs()[i]);
    }
  }

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
