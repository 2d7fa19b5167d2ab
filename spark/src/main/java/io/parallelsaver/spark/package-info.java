/** The format {@code npz} of Apache Spark: archives, sharded sets and {@code .npy} files as tables. */
package io.parallelsaver.spark;
