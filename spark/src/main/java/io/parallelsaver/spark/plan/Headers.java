package io.parallelsaver.spark.plan;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.npy.NpyHeader;
import java.util.HashMap;
import java.util.Map;

/** Headers of arrays, each kept once: a million arrays are of few kinds. */
public final class Headers {
  private final Map<ArraySpec, byte[]> known = new HashMap<>();

  /** The header of an array, which must not be changed. */
  public byte[] of(ArraySpec spec) {
    return known.computeIfAbsent(spec, NpyHeader::bytes);
  }
}
