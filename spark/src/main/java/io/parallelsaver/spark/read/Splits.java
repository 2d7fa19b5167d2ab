package io.parallelsaver.spark.read;

import io.parallelsaver.spark.ReadOptions;
import org.apache.spark.sql.SparkSession;

/** How much one task reads: as Spark decides it for its own files. */
final class Splits {
  /** Less is not worth a task. */
  private static final long SMALLEST = 4 << 20;

  private Splits() {}

  /** Bytes that one task reads of so many. */
  static long bytes(SparkSession session, ReadOptions options, long total) {
    if (options.partitionBytes() > 0) {
      return options.partitionBytes();
    }
    org.apache.spark.sql.classic.SparkSession classic =
        (org.apache.spark.sql.classic.SparkSession) session;
    long most = classic.sessionState().conf().filesMaxPartitionBytes();
    long share = total / Math.max(1, session.sparkContext().defaultParallelism());
    return Math.min(most, Math.max(SMALLEST, share));
  }
}
