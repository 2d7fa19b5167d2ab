package io.parallelsaver.bench.kernels;

import io.parallelsaver.array.HeapData;
import io.parallelsaver.cli.Scratch;
import io.parallelsaver.shm.Arena;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What a copier does with a Java array. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class HeapCopy {
  private final HeapData data = new HeapData(new double[Chunk.BYTES / Double.BYTES]);
  private Scratch scratch;
  private Arena arena;
  private ByteBuffer slot;

  @Setup
  public void open() {
    scratch = KernelsCommand.scratch();
    arena = Arena.create(scratch.path().resolve("arena"), 1, Chunk.BYTES);
    slot = arena.slot(arena.take(arena.slotSize()));
  }

  @Benchmark
  public ByteBuffer toArenaSlot(Chunk size) {
    data.read(0, slot.clear());
    return slot;
  }

  @TearDown
  public void close() {
    arena.close();
    scratch.close();
  }
}
