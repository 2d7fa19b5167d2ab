package io.parallelsaver.bench.kernels;

import io.parallelsaver.npz.Crc32;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Summing a chunk, and joining the sums of two. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Checksum {
  private final ByteBuffer chunk = ByteBuffer.allocateDirect(Chunk.BYTES);
  private int first;
  private int second;

  @Setup
  public void fill() {
    SplittableRandom random = new SplittableRandom(1);
    while (chunk.hasRemaining()) {
      chunk.putLong(random.nextLong());
    }
    first = random.nextInt();
    second = random.nextInt();
  }

  @Benchmark
  public long crc32(Chunk size) {
    CRC32 crc = new CRC32();
    crc.update(chunk.rewind());
    return crc.getValue();
  }

  @Benchmark
  public int combine() {
    return Crc32.combine(first, second, Chunk.BYTES);
  }
}
