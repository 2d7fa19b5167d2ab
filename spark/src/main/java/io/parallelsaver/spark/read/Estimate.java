package io.parallelsaver.spark.read;

import java.util.OptionalLong;
import org.apache.spark.sql.connector.read.Statistics;

/** What is known before anything is read: exactly so much. */
record Estimate(OptionalLong sizeInBytes, OptionalLong numRows) implements Statistics {}
