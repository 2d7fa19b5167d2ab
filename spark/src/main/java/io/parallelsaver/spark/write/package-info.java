/** Writing: each task its shards, then the driver the index, which makes them a set. */
package io.parallelsaver.spark.write;
