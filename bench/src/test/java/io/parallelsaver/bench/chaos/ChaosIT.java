package io.parallelsaver.bench.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.OnSecondJava;
import io.parallelsaver.testing.RequiresNumPy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A few kills of each kind: the long form is {@code parallel-saver chaos}. */
@OnSecondJava
class ChaosIT {
  private static final int EACH = Integer.getInteger("chaos.each", 2);

  /** Longest wait for all of them, where much else is going on. */
  private static final long PATIENCE_SECONDS = 600;

  @TempDir
  Path temp;

  @Test
  @RequiresNumPy
  void killsAreSurvived() throws Exception {
    Kind[] kinds = Kind.values();
    List<String> said;
    try (Child chaos = Child.start(List.of(
        "chaos",
        "--kills",
        "" + EACH * kinds.length,
        "--size",
        "32MiB",
        "--dir",
        temp.toString()))) {
      chaos.expect(0, PATIENCE_SECONDS);
      said = chaos.said();
    }
    assertTrue(said.get(0).matches("seed -?[0-9]+"), said.get(0));
    for (Kind kind : kinds) {
      List<String> lines =
          said.stream().filter(line -> line.startsWith(kind + ": ")).toList();
      assertEquals(1, lines.size(), () -> String.join("\n", said));
      System.out.println(lines.get(0));
      assertTrue(
          lines
              .get(0)
              .matches(kind + ": " + EACH + " kills, " + EACH + " right, 0 leaked, [0-9]+ missed"),
          lines.get(0));
    }
    try (Stream<Path> left = Files.list(temp)) {
      assertEquals(List.of(), left.toList());
    }
  }
}
