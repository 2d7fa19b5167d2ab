package io.parallelsaver.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sets written by two executor JVMs. {@code -Dspark.mebibytes} says of how many MiB each of the 64 arrays is, {@code 32} in a build: 2 GiB
 * in all, where nothing happens to an executor or a task; else a quarter of it.
 */
@RequiresNumPy
class ClusterTest {
  private static final int ARRAYS = 64;
  private static final int TASKS = 32;
  private static final int ELEMENTS = Integer.getInteger("spark.mebibytes", 4) << 18;
  private static final int FEW = ELEMENTS / 4;

  private static final String JUDGE = Noise.PYTHON + """
      import glob, json, os
      directory, count = sys.argv[1], int(sys.argv[2])
      file = os.path.basename(directory) + '.npz.index.json'
      index = json.load(open(os.path.join(directory, file)))
      files = set(index['weight_map'].values())
      there = set(os.listdir(directory))
      assert there == files | {file}, there ^ files
      seen = []
      for name in files:
          with np.load(os.path.join(directory, name)) as archive:
              for key in archive.files:
                  a = archive[key]
                  assert index['weight_map'][key] == name, key
                  assert a.dtype == np.dtype('<f4') and a.shape == (a.size // 64, 64), (a.dtype, a.shape)
                  assert np.array_equal(a.ravel(), noise(int(key[1:]), a.size)), key
                  seen.append(key)
      assert sorted(seen) == sorted('w%d' % k for k in range(count)), seen
      """;

  @TempDir
  Path folder;

  @Test
  void whatIsWrittenIsRead() {
    SparkSession spark = Cluster.start(folder, Map.of());
    try {
      save(spark, ELEMENTS);
      check("set");
      spark.read().format("npz").load(path("set")).write().format("npz").save(path("copy"));
      check("copy");
    } finally {
      spark.stop();
    }
  }

  @Test
  void anExecutorIsKilledInTheMiddle() {
    SparkSession spark = Cluster.start(folder, Map.of());
    try {
      CompletableFuture<Void> job = CompletableFuture.runAsync(() -> save(spark, FEW));
      Set<Long> executors = new HashSet<>(Cluster.executors());
      killOneThatWrites(job);
      job.join();
      check("set");
      executors.addAll(Cluster.executors());
      spark.stop();
      assertNoSharedMemory(executors);
    } finally {
      spark.stop();
    }
  }

  @Test
  void aTaskIsDoneTwiceAtOnce() {
    try (TwoHosts hosts = new TwoHosts(folder)) {
      SparkSession spark = Cluster.start(
          hosts.url(),
          folder,
          Map.of(
              "spark.speculation", "true",
              "spark.speculation.interval", "50ms",
              "spark.speculation.multiplier", "1.1",
              "spark.speculation.quantile", "0.1",
              "spark.speculation.minTaskRuntime", "50ms"));
      try {
        Twice twice = new Twice();
        spark.sparkContext().addSparkListener(twice);
        Noise.arraysTwice(spark, ARRAYS, FEW, TASKS, folder.resolve("started"))
            .write()
            .format("npz")
            .save(path("set"));
        check("set");
        assertTrue(twice.speculative() > 0, "no task was done twice: nothing was shown");
      } finally {
        spark.stop();
      }
    }
  }

  private void save(SparkSession spark, int elements) {
    Noise.arrays(spark, ARRAYS, elements, TASKS).write().format("npz").save(path("set"));
  }

  private String path(String set) {
    return folder.resolve(set).toString();
  }

  private void check(String set) {
    NumPy.run(JUDGE, path(set), ARRAYS);
  }

  /** What a killed process has left goes when the next saver starts, whoever's it is. */
  private static void assertNoSharedMemory(Set<Long> processes) {
    Saver.openLazily(SaverOptions.defaults()).close();
    for (long process : processes) {
      String run = "parallel-saver-" + process + "-";
      assertEquals(
          List.of(),
          Cluster.files(Path.of("/dev/shm")).stream()
              .filter(file -> file.startsWith(run))
              .toList());
    }
  }

  /** Kills an executor as soon as the job has begun to write. */
  private void killOneThatWrites(CompletableFuture<Void> job) {
    List<String> staged;
    do {
      staged = Cluster.files(folder.resolve("set"));
      assertTrue(!job.isDone(), "the job was over before an executor could be killed");
    } while (staged.stream().filter(file -> file.contains("/")).count() < 2);
    long victim = Cluster.executors().get(0);
    assertTrue(ProcessHandle.of(victim).orElseThrow().destroyForcibly());
  }
}
