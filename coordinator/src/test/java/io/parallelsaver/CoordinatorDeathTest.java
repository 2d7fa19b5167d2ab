package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.HoldingCoordinator.Point;
import io.parallelsaver.shm.Sweep;
import io.parallelsaver.testing.OnSecondJava;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The coordinator is killed in mid-work: what was there before is there still, whole, and nothing else stays. */
@OnSecondJava
class CoordinatorDeathTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration WORKERS_LIMIT = Duration.ofSeconds(5);
  private static final int KILLED = 128 + 9;

  @TempDir
  Path directory;

  @ParameterizedTest
  @EnumSource
  void leavesTheOldFilesAndNothingElse(Point point) throws IOException, InterruptedException {
    Path archive = directory.resolve("archive.npz");
    NamedArrays arrays = TestArrays.many(3, 200_000, 7);
    try (Saver saver = TestArrays.withoutWorkers(directory, SaverOptions.STORED)) {
      saver.save(archive, arrays);
    }
    Files.createDirectory(directory.resolve("files"));
    Files.writeString(directory.resolve("files/arr_0.npy"), "old");
    Map<String, byte[]> before = contents();

    List<Long> workers = killAt(point, archive);

    Await.until("workers " + workers + " are gone", WORKERS_LIMIT, () -> workers.stream()
        .noneMatch(Await::isAlive));
    List<String> left = Await.names(directory).stream()
        .filter(name -> name.startsWith("parallel-saver-"))
        .toList();
    assertEquals(1, left.size(), "the dead run's directory is there: " + left);
    Sweep sweep = Sweep.of(directory);
    assertEquals(1, sweep.removed().size());
    Files.delete(directory.resolve("held"));
    assertSameContents(before);
    try (Saver saver = TestArrays.withoutWorkers(directory, SaverOptions.STORED)) {
      TestArrays.assertSame(arrays.asMap(), saver.restore(archive));
    }
  }

  private List<Long> killAt(Point point, Path archive) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("-"))
        .forEach(command::add);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), HoldingCoordinator.class.getName()));
    command.addAll(
        List.of(directory.toString(), point.name(), archive.getFileName().toString()));
    Path log = directory.resolve("coordinator.log");
    Process process = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
    try {
      Await.until(
          "coordinator is at " + point + " (" + Files.readString(log) + ")",
          LIMIT,
          () -> Files.exists(directory.resolve("held")) || !process.isAlive());
      assertTrue(process.isAlive(), () -> "coordinator ended early: " + read(log));
      List<Long> workers = Arrays.stream(
              Files.readString(directory.resolve("held")).split(" "))
          .map(Long::valueOf)
          .toList();
      assertTrue(workers.stream().allMatch(Await::isAlive), "workers live: " + workers);
      return workers;
    } finally {
      process.destroyForcibly();
      assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS));
      assertEquals(KILLED, process.exitValue());
      Files.delete(log);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private Map<String, byte[]> contents() throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        contents.put(directory.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return contents;
  }

  private void assertSameContents(Map<String, byte[]> before) throws IOException {
    Map<String, byte[]> after = contents();
    assertEquals(before.keySet(), after.keySet());
    before.forEach((name, bytes) -> assertTrue(Arrays.equals(bytes, after.get(name)), name));
    assertFalse(before.isEmpty());
  }
}
