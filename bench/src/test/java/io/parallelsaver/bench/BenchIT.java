package io.parallelsaver.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.parallelsaver.testing.ChildProcess;
import io.parallelsaver.testing.OnSecondJava;
import io.parallelsaver.testing.RequiresNumPy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command in the distribution. */
@OnSecondJava
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

  private static final Map<String, List<String>> GROWTH = Map.of(
      "members",
      List.of(
          "members",
          "runs",
          "save_us_per_member",
          "save_ratio",
          "restore_us_per_member",
          "restore_ratio",
          "save_heap_per_member",
          "restore_heap_per_member"),
      "bytes",
      List.of("bytes", "arrays", "seconds", "seconds_per_gib", "shared_memory"),
      "coordinator",
      List.of(
          "work",
          "feeder_s_per_gib",
          "pauses_per_gib",
          "jobs_per_gib",
          "job_us",
          "copiers_s_per_gib",
          "other_s_per_gib",
          "workers_s_per_gib",
          "workers_fed"),
      "idle",
      List.of("workers", "seconds", "cpu_s", "percent_of_core"),
      "first_job",
      List.of(
          "pause_s",
          "times",
          "written_median_ms",
          "written_p99_ms",
          "median_ms",
          "p99_ms",
          "max_ms"),
      "sharing",
      List.of("coordinators", "bytes", "seconds", "gib_per_second", "fairness"),
      "index",
      List.of(
          "arrays",
          "shards",
          "plan_us_per_array",
          "write_us_per_array",
          "stream_us_per_array",
          "step_ratio",
          "load_us_per_array",
          "stream_heap_per_array",
          "index_bytes_per_array"));

  /** Results are compared by the command itself: it fails if any differs. */
  @Test
  void showsHowThingsGrow() throws Exception {
    Path json = temp.resolve("out.json");
    run("bench", "growth", "--quick", "--dir", temp, "--json", json);
    Map<String, Integer> rows = new HashMap<>();
    try (JsonParser in = new JsonFactory().createParser(json.toFile())) {
      assertEquals(JsonToken.START_OBJECT, in.nextToken());
      while (in.nextToken() != JsonToken.END_OBJECT) {
        String table = in.currentName();
        if (in.nextToken() == JsonToken.START_OBJECT) {
          rows.put(table, rows(in, GROWTH.get(table)));
        }
      }
    }
    assertEquals(
        Map.of(
            "members",
            2,
            "bytes",
            3,
            "coordinator",
            4,
            "idle",
            1,
            "first_job",
            2,
            "sharing",
            3,
            "index",
            2),
        rows);
    try (Stream<Path> files = Files.list(temp)) {
      assertEquals(List.of(json), files.toList());
    }
  }

  /** Reads a table and returns how many rows it has, each with these fields. */
  private static int rows(JsonParser in, List<String> fields) throws Exception {
    assertEquals("rows", in.nextFieldName());
    in.nextToken();
    int count = 0;
    for (; in.nextToken() == JsonToken.START_OBJECT; count++) {
      List<String> names = new ArrayList<>();
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        names.add(name);
        JsonToken value = in.nextToken();
        boolean first = count == 0 && name.endsWith("_ratio");
        assertTrue(
            first
                ? value == JsonToken.VALUE_NULL
                : name.equals("work") || value.isNumeric() && in.getDoubleValue() >= 0,
            name);
      }
      assertEquals(fields, names);
    }
    assertEquals("notes", in.nextFieldName());
    in.nextToken();
    in.skipChildren();
    assertEquals(JsonToken.END_OBJECT, in.nextToken());
    return count;
  }

  @Test
  void measuresKernels() throws Exception {
    Path json = temp.resolve("out.json");
    List<String> said = run("bench", "kernels", "--quick", "--json", json);
    List<String> kernels = List.of(
        "Archive.openAndReadHeaders",
        "Archive.plan",
        "Checksum.combine",
        "Checksum.crc32 bytes=4194304",
        "Deflate.noise bytes=1048576",
        "Header.bytes",
        "Header.parse",
        "HeapCopy.toArenaSlot bytes=4194304",
        "JobQueue.sendAndReceive pieces=1",
        "JobQueue.sendAndReceive pieces=100");
    assertEquals(
        kernels,
        said.stream()
            .map(line -> line.split("  ")[0])
            .filter(line -> line.matches("[A-Z][A-Za-z]+\\..*"))
            .toList());
    String results = Files.readString(json);
    for (String kernel : kernels) {
      assertTrue(results.contains(".kernels." + kernel.split(" ")[0] + "\""), kernel);
    }
    assertTrue(results.contains("\"score\""), results);
  }

  private static List<String> run(Object... arguments) {
    List<String> command = new ArrayList<>(List.of(LAUNCHER));
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    try (ChildProcess child = ChildProcess.start(command.toArray(String[]::new))) {
      return child.finish();
    }
  }
}
