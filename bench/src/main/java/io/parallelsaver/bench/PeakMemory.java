package io.parallelsaver.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Looks every 50 ms at how much memory processes have in use. A page that several share counts once, in parts (PSS). That costs time,
 * so it is done while warming up, not while measuring.
 */
final class PeakMemory {
  private static final long PERIOD_MILLIS = 50;

  private PeakMemory() {}

  static Peak watch(Supplier<Stream<ProcessHandle>> processes) {
    return Peak.watch(() -> processes.get().mapToLong(PeakMemory::used).sum(), PERIOD_MILLIS);
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
}
