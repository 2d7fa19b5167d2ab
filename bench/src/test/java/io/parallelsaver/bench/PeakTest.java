package io.parallelsaver.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PeakTest {
  @Test
  void remembersTheMostOfAllLooks() throws Exception {
    long[] levels = {3, 7, 5};
    AtomicInteger looks = new AtomicInteger();
    CountDownLatch seen = new CountDownLatch(levels.length);
    try (Peak peak = Peak.watch(
        () -> {
          seen.countDown();
          return levels[Math.min(looks.getAndIncrement(), levels.length - 1)];
        },
        1)) {
      assertTrue(seen.await(10, TimeUnit.SECONDS));
      assertEquals(7, peak.stop());
    }
  }

  @Test
  void looksAtLeastOnce() {
    try (Peak peak = Peak.watch(() -> 9, 60_000)) {
      assertEquals(9, peak.stop());
    }
  }
}
