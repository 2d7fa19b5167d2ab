package io.parallelsaver.spark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Arrays of float32 that follow from their number, so that NumPy can make them too: element {@code i} of array {@code k} is {@code
 * (i * 31 + k * 1009) % 65521}.
 */
final class Noise {
  private static final StructType SCHEMA = new StructType()
      .add("key", DataTypes.StringType)
      .add("dtype", DataTypes.StringType)
      .add("shape", DataTypes.createArrayType(DataTypes.LongType))
      .add("data", DataTypes.BinaryType);

  /** Python: a function {@code noise(k, size)}. */
  static final String PYTHON = """
      def noise(k, size):
          return ((np.arange(size, dtype=np.int64) * 31 + k * 1009) % 65521).astype('<f4')
      """;

  private Noise() {}

  /** A row for each array. */
  static Dataset<Row> arrays(SparkSession spark, int count, int elements, int tasks) {
    return spark
        .range(0, count, 1, tasks)
        .map((MapFunction<Long, Row>) k -> row(k, elements), Encoders.row(SCHEMA));
  }

  /**
   * The same; the first attempt at the first task waits in its middle until there is another at it, and goes on then.
   *
   * @param started file that the other makes
   */
  static Dataset<Row> arraysTwice(
      SparkSession spark, int count, int elements, int tasks, Path started) {
    String file = started.toString();
    return spark
        .range(0, count, 1, tasks)
        .map(
            (MapFunction<Long, Row>) k -> {
              if (TaskContext.getPartitionId() == 0) {
                meet(Path.of(file));
              }
              return row(k, elements);
            },
            Encoders.row(SCHEMA));
  }

  private static void meet(Path started) throws IOException {
    if (TaskContext.get().attemptNumber() > 0) {
      Files.write(started, new byte[0]);
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (Files.notExists(started)) {
      if (System.nanoTime() > end) {
        throw new IOException("no second attempt in 60 s");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static Row row(long k, int elements) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      bytes.putFloat((i * 31L + k * 1009) % 65521);
    }
    Long[] shape = {elements / 64L, 64L};
    return RowFactory.create("w" + k, "<f4", shape, bytes.array());
  }
}
