package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.cli.ProgressOption.When;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final long MIB = 1 << 20;

  private final StringWriter shown = new StringWriter();
  private final PrintWriter to = new PrintWriter(shown);

  @Test
  void showsABarUpToTheEnd() {
    try (Progress progress = new Progress("save", to, 80, 0)) {
      progress.progress(0, 8 * MIB);
      awaitFirst();
      progress.progress(4 * MIB, 8 * MIB);
      progress.progress(8 * MIB, 8 * MIB);
    }
    String bar = shown.toString();
    assertTrue(bar.contains("save 100%") && bar.contains("8/8 MiB"), bar);
    assertTrue(bar.endsWith(System.lineSeparator()), bar);
    for (String line : bar.split("\r")) {
      assertTrue(line.strip().length() < 80, line);
    }
  }

  /** Another thread draws the bar. */
  private void awaitFirst() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (shown.toString().isEmpty()) {
      assertTrue(System.nanoTime() < end, "no bar within 30 s");
      Thread.onSpinWait();
    }
  }

  @Test
  void showsNothingOfShortWork() {
    try (Progress progress = new Progress("save", to, 80, TimeUnit.HOURS.toNanos(1))) {
      progress.progress(4 * MIB, 8 * MIB);
    }
    try (Progress progress = new Progress("save", to, 80, 0)) {
      progress.progress(8 * MIB, 8 * MIB);
    }
    assertEquals("", shown.toString());
  }

  @Test
  void showsABarOnATerminalOrWhenTold() {
    assertEquals("", shownFor(When.AUTO, 0));
    assertEquals("", shownFor(When.NEVER, 60));
    assertTrue(shownFor(When.AUTO, 60).contains("save"));
    assertTrue(shownFor(When.ALWAYS, 0).contains("save"));
  }

  private String shownFor(When when, int terminal) {
    shown.getBuffer().setLength(0);
    try (Progress progress = ProgressOption.start(when, "save", to, terminal, 0)) {
      progress.progress(4 * MIB, 8 * MIB);
    }
    for (String line : shown.toString().split("\r")) {
      assertTrue(terminal == 0 || line.strip().length() < terminal, line);
    }
    return shown.toString();
  }
}
