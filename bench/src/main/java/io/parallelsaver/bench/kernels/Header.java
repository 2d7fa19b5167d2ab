package io.parallelsaver.bench.kernels;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.npy.NpyHeader;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The {@code .npy} header of a matrix. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Header {
  private final ArraySpec spec = ArraySpec.of(DType.FLOAT64, 1000, 1000);
  private final ByteBuffer written = ByteBuffer.wrap(NpyHeader.bytes(spec));

  @Benchmark
  public byte[] bytes() {
    return NpyHeader.bytes(spec);
  }

  @Benchmark
  public NpyHeader parse() {
    return NpyHeader.parse(written);
  }
}
