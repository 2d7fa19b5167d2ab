package io.parallelsaver.bench.growth;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.output.Durability;
import io.parallelsaver.shm.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * What all experiments have in common.
 *
 * @param extent how much they measure
 * @param options how their savers work
 * @param directory an empty one, on the file system that is measured
 */
record Conditions(Extent extent, SaverOptions options, Path directory) {
  static final int WORKERS = 2;

  private static final int ARRAYS = 8;

  static Conditions of(Extent extent, Path directory) {
    return new Conditions(
        extent, SaverOptions.defaults().withWorkers(WORKERS), directory.toAbsolutePath());
  }

  /** A saver whose workers are up. */
  Saver saver(Durability durability) {
    return Saver.open(options.withDurability(durability)).awaitReady();
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  /** Eight Java arrays of float64, each with values of its own. */
  static NamedArrays javaArrays(long bytes) {
    NamedArrays arrays = NamedArrays.of();
    for (int k = 0; k < ARRAYS; k++) {
      double[] values = new double[Math.toIntExact(bytes / ARRAYS / Double.BYTES)];
      for (int i = 0; i < values.length; i++) {
        values[i] = i * 0.1 + k;
      }
      arrays.and("array_" + k, values);
    }
    return arrays;
  }

  /** Removes a file or a directory, if it is there. */
  static void delete(Path path) {
    try {
      Trees.delete(path);
    } catch (IOException e) {
      throw new SaverException("cannot remove " + path + ": " + e, e);
    }
  }

  /** Lets the calling thread do nothing for so long. */
  static void pause(Duration length) {
    long end = System.nanoTime() + length.toNanos();
    for (long left = length.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
