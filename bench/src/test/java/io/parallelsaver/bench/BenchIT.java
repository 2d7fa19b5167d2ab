package io.parallelsaver.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.parallelsaver.testing.ChildProcess;
import io.parallelsaver.testing.RequiresNumPy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command in the distribution. */
class BenchIT {
  private static final String LAUNCHER =
      Path.of(System.getProperty("parallelsaver.home"), "bin", "parallel-saver").toString();

  private static final List<String> WORKS = List.of(
      "save heap",
      "save shared",
      "save durable",
      "save durable vs page cache",
      "save durable vs device",
      "restore copy",
      "restore shared",
      "open map",
      "save one",
      "save compressed",
      "restore compressed",
      "save 10k",
      "restore 10k",
      "cli 1GiB",
      "cli tiny",
      "against the original, save",
      "against the original, restore",
      "against JetBrains npy, write",
      "against JetBrains npy, read");

  @TempDir
  Path temp;

  @Test
  @RequiresNumPy
  void measuresEveryWork() throws Exception {
    Path json = temp.resolve("out.json");
    Path html = temp.resolve("out.html");
    List<String> said = run(
        "bench", "--size", "1MiB", "--pairs", "1", "--dir", temp, "--json", json, "--html", html);
    String page = Files.readString(html);
    List<String> measured = new ArrayList<>();
    try (JsonParser in = new JsonFactory().createParser(json.toFile())) {
      assertEquals(JsonToken.START_ARRAY, in.nextToken());
      while (in.nextToken() == JsonToken.START_OBJECT) {
        measured.add(work(in));
      }
    }
    // This file system may refuse O_DIRECT; then that is said.
    List<String> expected = new ArrayList<>(WORKS);
    if (said.stream()
        .anyMatch(line -> line.startsWith("left out: save durable vs device: no O_DIRECT"))) {
      expected.remove("save durable vs device");
    }
    assertEquals(expected, measured, () -> String.join("\n", said));
    for (String work : measured) {
      assertTrue(page.contains(">" + work + "<"), work);
      assertTrue(said.stream().anyMatch(line -> line.startsWith(work + "  ")), work);
    }
    try (Stream<Path> files = Files.list(temp)) {
      assertEquals(List.of(html, json), files.sorted().toList());
    }
  }

  /** Checks the members of an object and returns the work's name. */
  private static String work(JsonParser in) throws Exception {
    List<String> names = new ArrayList<>();
    String work = null;
    while (in.nextToken() != JsonToken.END_OBJECT) {
      names.add(in.currentName());
      JsonToken value = in.nextToken();
      if (in.currentName().equals("work")) {
        work = in.getText();
      } else if (!in.currentName().equals("peer")) {
        assertTrue(value.isNumeric() && in.getDoubleValue() > 0, in.currentName());
      }
    }
    assertEquals(
        List.of(
            "work", "peer", "pairs", "ratio_median", "ratio_min", "ratio_max", "ours_s", "peer_s"),
        names);
    return work;
  }

  @Test
  void helpKnowsIt() {
    assertTrue(run("--help").stream().anyMatch(line -> line.strip().startsWith("bench ")));
    assertTrue(run("bench", "--help").stream().anyMatch(line -> line.contains("--quick")));
  }

  private static List<String> run(Object... arguments) {
    List<String> command = new ArrayList<>(List.of(LAUNCHER));
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    try (ChildProcess child = ChildProcess.start(command.toArray(String[]::new))) {
      return child.finish();
    }
  }
}
