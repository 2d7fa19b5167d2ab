package io.parallelsaver.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResultTest {
  private static final CpuTime CPU = new CpuTime(0.5, 1);

  /** The ratio of the medians would be 4 / 2. */
  @Test
  void ratioIsThatOfEachPair() {
    Result result = result(1 << 30, new Pair(1, 4, CPU), new Pair(4, 4, CPU), new Pair(2, 20, CPU));
    assertEquals(new Spread(4, 1, 10), result.ratio());
    assertEquals(new Spread(2, 1, 4), result.ours());
    assertEquals(new Spread(4, 4, 20), result.theirs());
  }

  @Test
  void processorTimeIsForEachGib() {
    CpuTime cpu = result(1L << 32, new Pair(1, 1, CPU)).cpuPerGib();
    assertEquals(new CpuTime(0.125, 0.25), cpu);
  }

  @Test
  void processorTimeOfAFewBytesSaysNothing() {
    CpuTime cpu = result(1 << 10, new Pair(1, 1, CPU)).cpuPerGib();
    assertTrue(Double.isNaN(cpu.coordinator()) && Double.isNaN(cpu.workers()));
  }

  static Result result(long bytes, Pair... pairs) {
    return new Result("a work", "a peer", "How it is done.", bytes, List.of(pairs), 1 << 20);
  }
}
