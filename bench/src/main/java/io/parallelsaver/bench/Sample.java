package io.parallelsaver.bench;

import io.parallelsaver.NamedArrays;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;

/** Arrays of float64 that works move. */
enum Sample {
  /** Eight of equal size. */
  EIGHT,
  /** One as large as those eight. */
  ONE,
  /** Eight that can be compressed: noise of three digits. */
  NOISE,
  /** The same noise in one array. */
  ONE_OF_NOISE,
  /** Very many of 1 KiB. */
  SMALL,
  /** One of 1 KiB. */
  TINY;

  NamedArrays make(Scale scale) {
    return switch (this) {
      case EIGHT -> arrays(Scale.ARRAYS, scale.bytes() / Scale.ARRAYS, i -> i * 0.1);
      case ONE -> arrays(1, scale.bytes(), i -> i * 0.1);
      case NOISE -> arrays(Scale.ARRAYS, scale.compressedBytes() / Scale.ARRAYS, noise());
      case ONE_OF_NOISE -> arrays(1, scale.compressedBytes(), noise());
      case SMALL -> arrays(scale.smallArrays(), Scale.SMALL_BYTES, i -> i * 0.1);
      case TINY -> arrays(1, Scale.SMALL_BYTES, i -> i * 0.1);
    };
  }

  private static IntToDoubleFunction noise() {
    SplittableRandom random = new SplittableRandom(1);
    return i -> random.nextInt(1000) / 1000.0;
  }

  private static NamedArrays arrays(int count, long bytes, IntToDoubleFunction value) {
    NamedArrays arrays = NamedArrays.of();
    for (int k = 0; k < count; k++) {
      double[] values = new double[Math.toIntExact(bytes / Double.BYTES)];
      for (int i = 0; i < values.length; i++) {
        values[i] = value.applyAsDouble(i) + k;
      }
      arrays.and("array_" + k, values);
    }
    return arrays;
  }
}
