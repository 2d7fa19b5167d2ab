import io.parallelsaver.array.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/** Arrays in and out of Spark: {@code java Arrays.java SOURCE TARGET}, as arrays.py. */
public class Arrays {
  public static void main(String[] arguments) {
    SparkSession spark = SparkSession.builder().appName("arrays").getOrCreate();

    // A row for each array. Only the columns that are used are read; of where, only the arrays.
    Dataset<Row> arrays = spark.read().format("npz").load(arguments[0]);
    arrays.select("key", "dtype", "shape").show();

    // Rows of one's own: the bytes of an array stand in C order.
    List<Row> rows = new ArrayList<>();
    NDArray counts = NDArray.of(new long[] {arrays.count(), 7});
    rows.add(RowFactory.create("counts", "<i8", new Long[] {2L}, counts.toBytes().array()));
    Dataset<Row> made = spark.createDataFrame(rows, arrays.schema());
    arrays.union(made).write().format("npz").mode("overwrite").save(arguments[1]);

    // A row for each index of the first axis, a column for each array: here only of arrays of one length.
    Dataset<Row> table =
        spark.read().format("npz").option("rows", true).option("keys", "x,label").load(arguments[0]);
    table.groupBy("label").count().orderBy("label").show();

    spark.stop();
  }
}
