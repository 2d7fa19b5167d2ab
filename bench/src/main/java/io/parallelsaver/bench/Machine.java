package io.parallelsaver.bench;

import io.parallelsaver.cli.ByteSize;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Where it was measured. */
final class Machine {
  private Machine() {}

  /** Facts by what they are about. The load is that of now: call it before the first measurement. */
  static Map<String, String> facts(Workbench bench) {
    PythonPeer python = bench.python();
    Scale scale = bench.scale();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "Processors",
        Runtime.getRuntime().availableProcessors() + ", " + field("/proc/cpuinfo", "model name"));
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    facts.put(
        "Load",
        String.format(Locale.ROOT, "%.1f processes wanted to run in the minute before", load));
    facts.put("Memory", field("/proc/meminfo", "MemTotal"));
    facts.put("Kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("Java", Runtime.version() + ", " + System.getProperty("java.vm.name"));
    facts.put("Python", python.version());
    facts.put("File system", fileSystem(bench.file("")));
    facts.put(
        "Arrays",
        ByteSize.text(scale.bytes()) + " of float64 in " + Scale.ARRAYS + " arrays; "
            + ByteSize.text(scale.compressedBytes()) + " for compression; " + scale.smallArrays()
            + " of 1 KiB");
    facts.put("Workers", Scale.WORKERS + ", started before the clock");
    facts.put(
        "Memory of the peer",
        python.keepsMemory()
            ? "Python keeps its arrays, and its allocator gives nothing back to the system, so that np.load fills pages that were touched before"
            : "Python keeps its arrays; its allocator may give freed memory back to the system");
    return facts;
  }

  private static String fileSystem(Path directory) {
    try {
      return Files.getFileStore(directory).type();
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String field(String file, String name) {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      List<String> values = lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .toList();
      return values.isEmpty() ? "unknown" : values.get(0);
    } catch (IOException e) {
      return "unknown";
    }
  }
}
