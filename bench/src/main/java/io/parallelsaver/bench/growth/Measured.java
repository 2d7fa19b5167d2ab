package io.parallelsaver.bench.growth;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a call gave and took.
 *
 * @param heap the most bytes of this JVM's heap during the call, less those before it; what it gave and garbage that was not yet
 *     collected included
 */
record Measured<T>(T result, double seconds, long heap) {
  private static final List<MemoryPoolMXBean> HEAP =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .toList();

  static <T> Measured<T> of(Supplier<T> call) {
    System.gc();
    long before = sum(MemoryPoolMXBean::getUsage);
    HEAP.forEach(MemoryPoolMXBean::resetPeakUsage);
    long start = System.nanoTime();
    T result = call.get();
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Measured<>(result, seconds, sum(MemoryPoolMXBean::getPeakUsage) - before);
  }

  private static long sum(Function<MemoryPoolMXBean, MemoryUsage> usage) {
    return HEAP.stream().map(usage).mapToLong(MemoryUsage::getUsed).sum();
  }
}
