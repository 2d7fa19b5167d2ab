package io.parallelsaver.bench.kernels;

import io.parallelsaver.pool.PoolOptions;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The bytes of a job. A kernel that takes this as a parameter moves so many in a call. */
@State(Scope.Benchmark)
public class Chunk {
  /** 4 MiB. */
  static final int BYTES = PoolOptions.CHUNK_SIZE;

  @Param("" + BYTES)
  public int bytes;
}
