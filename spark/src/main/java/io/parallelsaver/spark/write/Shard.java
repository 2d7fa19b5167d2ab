package io.parallelsaver.spark.write;

import io.parallelsaver.spark.plan.ArrayPlace;
import java.io.Serializable;

/**
 * An archive that a task has written.
 *
 * @param path where it is until the job is committed
 * @param arrays what is in it
 */
record Shard(String path, ArrayPlace[] arrays) implements Serializable {}
