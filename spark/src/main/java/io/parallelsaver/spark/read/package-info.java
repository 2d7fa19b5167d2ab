/** Reading: a row for each array, or one for each index of the first axis. */
package io.parallelsaver.spark.read;
