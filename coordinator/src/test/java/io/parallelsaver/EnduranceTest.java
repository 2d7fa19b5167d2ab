package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.ChildProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is used for a call is given back when it ends. Here a short form; the long one is {@code mvn -pl common,worker,coordinator
 * -Dtest=EnduranceTest -Dsurefire.failIfNoSpecifiedTests=false -Dendurance.cycles=10000 test}.
 */
class EnduranceTest {
  private static final int CYCLES = Integer.getInteger("endurance.cycles", 100);

  private static final Pattern GROWTH = Pattern.compile("([a-z ]+) ([0-9]+)->([0-9]+)( KiB)?");

  @TempDir
  Path directory;

  @Test
  void nothingGrows() {
    List<String> figures = new ArrayList<>();
    String left = null;
    for (String line : run()) {
      if (line.startsWith("endurance: ")) {
        figures.add(line);
        System.out.println(line);
      }
      left = line;
    }
    assertEquals(5, figures.size(), "lines for the coordinator, three workers and all");
    assertEquals("left [] [", left.substring(0, 9));
    assertTrue(!left.contains("unfinished"), left);
    for (String line : figures) {
      int compared = 0;
      for (MatchResult each : GROWTH.matcher(line).results().toList()) {
        long growth = Long.parseLong(each.group(3)) - Long.parseLong(each.group(2));
        assertTrue(growth <= allowed(each.group(1).strip()), each.group() + " in " + line);
        compared++;
      }
      assertTrue(compared >= 3, line);
    }
  }

  /** Far less than one of it, or one small object, for each cycle. */
  private static long allowed(String what) {
    return switch (what) {
      case "handles", "threads", "shared files" -> 8;
      case "mappings" -> 40;
      case "heap" -> 1 << 10;
      // The queues' files, which are begun anew when they have 4 MiB.
      case "shared memory" -> 3 * (5 << 10);
      case "private memory" -> 16 << 10;
      default -> throw new IllegalArgumentException(what);
    };
  }

  private List<String> run() {
    List<String> command = new ArrayList<>(
        List.of("env", "PARALLEL_SAVER_WORKER_OPTS=-Xms32m -Xmx32m -XX:+AlwaysPreTouch"));
    List<String> java =
        ChildProcess.command(Endurance.class, directory.toString(), Integer.toString(CYCLES));
    command.addAll(java);
    // Memory that the heap will ever have is touched before anything is measured.
    command.addAll(3, List.of("-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch"));
    try (ChildProcess child = ChildProcess.start(command.toArray(String[]::new))) {
      return child.finish();
    }
  }
}
