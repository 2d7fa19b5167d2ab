package io.parallelsaver.spark.read;

import io.parallelsaver.spark.plan.ArrayPlace;
import org.apache.spark.sql.connector.read.InputPartition;

/**
 * Arrays that one task reads.
 *
 * @param arrays in the order of their rows
 */
record ArraysPartition(ArrayPlace[] arrays) implements InputPartition {}
