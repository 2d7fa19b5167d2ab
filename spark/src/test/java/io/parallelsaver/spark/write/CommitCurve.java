package io.parallelsaver.spark.write;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.spark.plan.SetIndex;
import io.parallelsaver.spark.storage.Storage;
import io.parallelsaver.spark.storage.Storages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the driver does for a set of more and more shards, without the tasks: not among the tests, {@code -Dtest=CommitCurve} runs it. Each
 * shard has 100 arrays.
 */
class CommitCurve {
  private static final int ARRAYS = 100;

  @TempDir
  Path folder;

  @Test
  void shardsAndArrays() throws IOException {
    System.out.println(" shards    arrays   commit s     read s   index MB   bytes an array");
    curve(1);
    for (int shards : List.of(1, 10, 100, 1_000, 10_000)) {
      System.out.println(curve(shards));
    }
  }

  private String curve(int count) throws IOException {
    Path directory = Files.createTempDirectory(folder, "set");
    Storage storage = Storages.ofThisHost();
    byte[] header = NpyHeader.bytes(ArraySpec.of(DType.FLOAT32, 1024, 1024));
    List<WrittenShard> shards = new ArrayList<>();
    for (int shard = 0; shard < count; shard++) {
      Path file = Files.createFile(directory.resolve("staged" + shard));
      WrittenArray[] arrays = new WrittenArray[ARRAYS];
      for (int i = 0; i < ARRAYS; i++) {
        long local = (4L << 20) * i + 256L * i;
        arrays[i] = new WrittenArray(
            "layers." + shard + ".weights." + i,
            "layers." + shard + ".weights." + i,
            header,
            local,
            local + 64,
            local + 192,
            4 << 20,
            i);
      }
      shards.add(new WrittenShard(file.toString(), 500L << 20, arrays));
    }
    String index = SetIndex.path(directory.toString());
    long start = System.nanoTime();
    SetCommit commit = new SetCommit(storage, index, "job", shards, false);
    commit.check();
    commit.moveShards(directory.toString());
    commit.writeIndex(index, Optional.empty(), false);
    long committed = System.nanoTime();
    long[] seen = new long[1];
    SetIndex.read(storage, index, array -> seen[0]++);
    long read = System.nanoTime();
    double size = Files.size(Path.of(index));
    return String.format(
        Locale.ROOT,
        "%7d %9d %10.3f %10.3f %10.2f %16.0f",
        count,
        seen[0],
        (committed - start) / 1e9,
        (read - committed) / 1e9,
        size / 1e6,
        size / seen[0]);
  }
}
