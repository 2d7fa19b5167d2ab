package io.parallelsaver.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresNumPy
class ClusterTest {
  private static final int ARRAYS = 64;
  private static final int ELEMENTS = Integer.getInteger("spark.elements", 1 << 18);

  @TempDir
  Path folder;

  @Test
  void writesAndReads() {
    SparkSession spark = Cluster.start(folder, Map.of());
    try {
      String set = folder.resolve("set").toString();
      long t0 = System.nanoTime();
      Noise.arrays(spark, ARRAYS, ELEMENTS, 16).write().format("npz").save(set);
      long t1 = System.nanoTime();
      System.out.println("write " + (t1 - t0) / 1e9);
      System.out.println(Cluster.files(folder.resolve("set")));
      assertEquals(
          ARRAYS, spark.read().format("npz").load(set).where("length(data) > 0").count());
      System.out.println("read " + (System.nanoTime() - t1) / 1e9);
      NumPy.run(
          Noise.PYTHON
              + """
              import glob
              count = 0
              for path in glob.glob(sys.argv[1] + '/*.npz'):
                  with np.load(path) as archive:
                      for key in archive.files:
                          a = archive[key]
                          assert np.array_equal(a.ravel(), noise(int(key[1:]), a.size)), key
                          count += 1
              assert count == int(sys.argv[2]), count
              """,
          set,
          ARRAYS);
    } finally {
      spark.stop();
    }
  }
}
