package io.parallelsaver.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.ChildProcess;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PeakMemoryTest {
  @Test
  void seesTheProcessesItIsToldAndNoOther() {
    try (ChildProcess child = ChildProcess.start("sh", "-c", "echo up; read line || true")) {
      child.awaitLine("up");
      long small = peak(child.pid());
      long large = peak(ProcessHandle.current().pid());
      assertTrue(small > 10 << 10 && small < 20 << 20, "a shell has " + small);
      assertTrue(large > 20 << 20, "a JVM has " + large);
      child.closeInput();
      child.finish();
      assertTrue(peak(child.pid()) == 0, "it has ended");
    }
  }

  private static long peak(long pid) {
    try (Peak memory = PeakMemory.watch(() -> ProcessHandle.of(pid).stream())) {
      return memory.stop();
    }
  }

  @Test
  void countsAllProcessesTogether() {
    ProcessHandle self = ProcessHandle.current();
    long one = peak(self.pid());
    try (Peak memory = PeakMemory.watch(() -> Stream.of(self, self))) {
      assertTrue(memory.stop() > one * 1.5);
    }
  }
}
