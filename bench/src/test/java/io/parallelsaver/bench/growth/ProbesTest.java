package io.parallelsaver.bench.growth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.bench.Peak;
import io.parallelsaver.shm.RunDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the experiments measure with. */
class ProbesTest {
  private static final int MIB = 1 << 20;

  @TempDir
  Path temp;

  @Test
  void stagingMemoryIsThatOfOurRunsAndNoOther() throws Exception {
    Files.write(
        Files.createDirectory(temp.resolve("parallel-saver-1-00")).resolve("arena"), new byte[MIB]);
    try (RunDirectory run = RunDirectory.create(temp)) {
      long empty = staged();
      assertTrue(empty < MIB, "seen: " + empty);
      Files.write(Files.createDirectory(run.jobs()).resolve("queue"), new byte[3 * MIB]);
      assertEquals(empty + 3 * MIB, staged());
    }
  }

  private long staged() {
    try (Peak peak = StagingMemory.watch(temp)) {
      return peak.stop();
    }
  }

  @Test
  void heapCountsWhatACallGivesAndNotWhatWasThere() {
    byte[] before = new byte[8 * MIB];
    long small = Measured.of(() -> new byte[1]).heap();
    Measured<byte[]> large = Measured.of(() -> new byte[16 * MIB]);
    assertTrue(small < 4 * MIB, "seen: " + small);
    assertTrue(large.heap() >= 16 * MIB && large.heap() < 24 * MIB, "seen: " + large.heap());
    assertEquals(24 * MIB, before.length + large.result().length);
  }

  @Test
  void processorTimeIsThatOfThreadsOfTheName() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch counted = new CountDownLatch(1);
    Thread busy = new Thread(
        () -> {
          long sum = 0;
          for (int i = 0; ThreadCpu.of("probe-busy").seconds() < 0.05; i++) {
            sum += i;
          }
          counted.countDown();
          await(end);
          assertTrue(sum > 0);
        },
        "probe-busy-1");
    busy.start();
    await(counted);
    double used = ThreadCpu.of("probe-busy").seconds();
    assertTrue(used >= 0.05, "used " + used);
    assertEquals(0, ThreadCpu.of("probe-other").seconds());
    end.countDown();
    busy.join();
    assertEquals(0, ThreadCpu.of("probe-busy").seconds(), "it has ended");
  }

  @Test
  void pausesOfAThreadAreCounted() throws Exception {
    ThreadCpu before = ThreadCpu.of("probe-pausing");
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch paused = new CountDownLatch(1);
    Thread pausing = new Thread(
        () -> {
          for (int i = 0; i < 5; i++) {
            Conditions.pause(Duration.ofMillis(1));
          }
          paused.countDown();
          await(end);
        },
        "probe-pausing");
    pausing.start();
    await(paused);
    long waits = ThreadCpu.of("probe-pausing").since(before).waits();
    // It may have begun to wait for the end.
    assertTrue(waits >= 5 && waits <= 10, "seen: " + waits);
    end.countDown();
    pausing.join();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void percentilesAreValuesThatWereSeen() {
    double[] hundred = IntStream.rangeClosed(1, 100).asDoubleStream().toArray();
    assertEquals(50, FirstJob.percentile(hundred, 50));
    assertEquals(99, FirstJob.percentile(hundred, 99));
    double[] three = {1, 2, 3};
    assertEquals(2, FirstJob.percentile(three, 50));
    assertEquals(3, FirstJob.percentile(three, 99));
  }

  @Test
  void aPauseIsNoShorterThanItShouldBe() {
    long start = System.nanoTime();
    Conditions.pause(Duration.ofMillis(30));
    assertTrue(System.nanoTime() - start >= 30_000_000);
  }
}
