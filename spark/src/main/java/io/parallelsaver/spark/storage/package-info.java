/** Files by the names Hadoop gives them: this host's in place, all others by positional reads and by uploads. */
package io.parallelsaver.spark.storage;
