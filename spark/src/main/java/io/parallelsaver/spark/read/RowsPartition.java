package io.parallelsaver.spark.read;

import io.parallelsaver.spark.plan.ArrayPlace;
import org.apache.spark.sql.connector.read.InputPartition;

/**
 * Rows that one task reads.
 *
 * @param columns the arrays that are columns, in the order of the columns
 * @param from first row
 * @param to first row behind them
 */
record RowsPartition(ArrayPlace[] columns, long from, long to) implements InputPartition {}
