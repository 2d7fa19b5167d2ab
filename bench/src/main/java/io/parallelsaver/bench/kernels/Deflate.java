package io.parallelsaver.bench.kernels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Compressing a block as a worker does: float64 noise of three digits, at NumPy's level. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Deflate {
  private static final int LEVEL = 6;

  @Param("" + (1 << 20))
  public int bytes;

  private final Deflater deflater = new Deflater(LEVEL, true);
  private ByteBuffer noise;
  private ByteBuffer out;

  @Setup
  public void fill() {
    SplittableRandom random = new SplittableRandom(1);
    noise = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    while (noise.hasRemaining()) {
      noise.putDouble(random.nextInt(1000) / 1000.0);
    }
    out = ByteBuffer.allocateDirect(2 * bytes);
  }

  @Benchmark
  public int noise() {
    deflater.reset();
    deflater.setInput(noise.rewind());
    deflater.finish();
    return deflater.deflate(out.clear());
  }

  @TearDown
  public void end() {
    deflater.end();
  }
}
