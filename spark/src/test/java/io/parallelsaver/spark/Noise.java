package io.parallelsaver.spark;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
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

  private static Row row(long k, int elements) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      bytes.putFloat((i * 31L + k * 1009) % 65521);
    }
    List<Long> shape = new ArrayList<>(List.of((long) elements / 64, 64L));
    return RowFactory.create("w" + k, "<f4", shape, bytes.array());
  }
}
