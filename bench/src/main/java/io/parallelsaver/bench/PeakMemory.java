package io.parallelsaver.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Looks every 50 ms at how much memory processes have in use. A page that several share counts once, in parts (PSS). That costs time,
 * so it is done while warming up, not while measuring.
 */
final class PeakMemory implements AutoCloseable {
  private static final long PERIOD_MILLIS = 50;

  private final Supplier<Stream<ProcessHandle>> processes;
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "peak-memory");
  private long peak;

  private PeakMemory(Supplier<Stream<ProcessHandle>> processes) {
    this.processes = processes;
    thread.setDaemon(true);
    thread.start();
  }

  static PeakMemory watch(Supplier<Stream<ProcessHandle>> processes) {
    return new PeakMemory(processes);
  }

  private void run() {
    try {
      do {
        peak = Math.max(peak, processes.get().mapToLong(PeakMemory::used).sum());
      } while (!end.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long used(ProcessHandle process) {
    Path rollup = Path.of("/proc", Long.toString(process.pid()), "smaps_rollup");
    try (Stream<String> lines = Files.lines(rollup)) {
      return lines
          .filter(line -> line.startsWith("Pss:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .sum();
    } catch (IOException | UncheckedIOException e) {
      // It has ended.
      return 0;
    }
  }

  /** Stops looking. Returns the most bytes that were seen. */
  long stop() {
    close();
    return peak;
  }

  @Override
  public void close() {
    end.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
