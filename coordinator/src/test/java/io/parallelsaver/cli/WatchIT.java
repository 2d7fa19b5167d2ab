package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.Golden;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Those who look on, through the launcher of the built distribution; and what they cost the others. */
class WatchIT {
  private static final long PATIENCE_SECONDS = 60;
  private static final int CTRL_C = 3;

  /** What no command needs that only saves. */
  private static final List<String> FOR_ONLOOKERS = List.of(
      "jdk.jfr.Event ",
      "io.parallelsaver.jfr.CallEvent",
      "io.parallelsaver.jfr.JobEvent",
      "io.parallelsaver.watch.",
      "io.prometheus.",
      "com.sun.net.httpserver.",
      "org.jline.");

  @TempDir
  Path temp;

  private Path work;
  private Path shared;
  private Launched launched;

  @BeforeEach
  void makeDirectories() throws IOException {
    work = Files.createDirectory(temp.resolve("work"));
    shared = Files.createDirectory(temp.resolve("shared"));
    launched = new Launched(work, shared, temp);
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, what);
      LockSupport.parkNanos(20_000_000);
    }
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void startsLoadNoClassThatTheyHaveNoUseFor() throws Exception {
    Golden.copy("float64.npy", work);
    String log = "-Xlog:class+load:file=" + temp + "/";
    launched.environment("PARALLEL_SAVER_OPTS", log + "small-%p");
    launched.environment("PARALLEL_SAVER_WORKER_OPTS", log + "worker-%p");
    launched.run("save", "small", "float64.npy").exits(0);
    launched.environment("PARALLEL_SAVER_OPTS", log + "pool-%p");
    launched.run("save", "--workers", "1", "by-a-worker", "float64.npy").exits(0);
    assertNoneOf(FOR_ONLOOKERS, "small", "pool", "worker");
    assertNoneOf(List.of("org.xml.sax"), "small", "pool", "worker");
    assertNoneOf(List.of("jnr.", "net.openhft.affinity"), "small", "worker");
    // What links records' methods and logs takes as long as the work of a small command.
    assertNoneOf(List.of("java.lang.runtime.ObjectMethods", "ch.qos.logback"), "small");
  }

  /** One log of the classes of each of these processes must be there, and none of these classes in it. */
  private void assertNoneOf(List<String> unwanted, String... processes) throws IOException {
    for (String process : processes) {
      try (Stream<Path> files = Files.list(temp)) {
        List<Path> logs = files
            .filter(file -> file.getFileName().toString().startsWith(process + "-"))
            .toList();
        assertEquals(1, logs.size(), process);
        String classes = text(logs.get(0));
        assertTrue(classes.contains("io.parallelsaver.jfr.FlightRecording"), process + ": no use");
        for (String name : unwanted) {
          assertFalse(classes.contains(" " + name), name + " in " + process);
        }
      }
    }
  }

  /** Real terminals are what script(1) makes. */
  @ParameterizedTest
  @CsvSource({"q, 0", "Q, 0", "INT, 130", "TERM, 143"})
  void topLeavesTheTerminalAsItWas(String key, int exit) throws Exception {
    String command = "trap : INT; stty -a >before; " + Launched.LAUNCHER + " top --interval 0.2; "
        + "echo $? >exit; stty -a >after";
    Path screen = temp.resolve("screen");
    // Ctrl-C must not be ignored there, whoever started this JVM.
    String signals = "--default-signal=INT,HUP,TERM";
    ProcessBuilder builder = new ProcessBuilder(
            "env", signals, "script", "-qefc", command, "/dev/null")
        .directory(work.toFile());
    builder.redirectErrorStream(true).redirectOutput(screen.toFile());
    builder.environment().put("TERM", "xterm");
    builder.environment().put("SHELL", "/bin/sh");
    builder.environment().put("PARALLEL_SAVER_SHM", shared.toString());
    builder.environment().putIfAbsent("JAVA_HOME", System.getProperty("java.home"));
    Process script = builder.start();
    try {
      await(
          "it draws again and again: " + text(screen),
          () -> text(screen).split("q quits", -1).length > 3);
      if (key.equals("TERM")) {
        script
            .descendants()
            .filter(each -> each.info().command().orElse("").endsWith("/java"))
            .forEach(ProcessHandle::destroy);
      } else {
        script.getOutputStream().write(key.equals("INT") ? CTRL_C : key.charAt(0));
        script.getOutputStream().flush();
      }
      assertTrue(script.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "no end: " + text(screen));
    } finally {
      script.descendants().forEach(ProcessHandle::destroyForcibly);
      script.destroyForcibly();
    }
    assertEquals("" + exit, text(work.resolve("exit")).strip());
    assertTrue(text(work.resolve("before")).contains("icanon"), text(work.resolve("before")));
    assertEquals(text(work.resolve("before")), text(work.resolve("after")));
    String drawn = text(screen);
    assertTrue(drawn.contains("0 runs"), drawn);
    assertTrue(drawn.indexOf("\u001b[?1049h") < drawn.lastIndexOf("\u001b[?1049l"), drawn);
    assertTrue(drawn.contains("\u001b[?25l") || drawn.contains("\u001b[?25h"), drawn);
  }

  @Test
  void topWithoutATerminalPrintsOnce() throws Exception {
    Cli cli = launched.run("top").exits(0);
    assertEquals(1, cli.out().lines().count(), cli.out());
    assertEquals("", cli.err());
  }

  @Test
  void watchServesUntilItIsEnded() throws Exception {
    Path out = temp.resolve("watch.out");
    ProcessBuilder builder =
        new ProcessBuilder(Launched.LAUNCHER.toString(), "watch", "--port", "0");
    builder.redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().put("PARALLEL_SAVER_SHM", shared.toString());
    builder.environment().putIfAbsent("JAVA_HOME", System.getProperty("java.home"));
    Process watch = builder.start();
    try {
      await("it serves: " + text(out), () -> text(out).contains("/metrics"));
      String url = text(out).replaceFirst("(?s).*(http://127.0.0.1:[0-9]+)/metrics.*", "$1");
      HttpClient client = HttpClient.newHttpClient();
      for (String path : List.of("/", "/figures.json", "/metrics")) {
        HttpResponse<String> answer = client.send(
            HttpRequest.newBuilder(URI.create(url + path)).build(), BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), path);
        assertFalse(answer.body().isEmpty(), path);
      }
      watch.destroy();
      assertTrue(watch.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "no end: " + text(out));
      assertEquals(143, watch.exitValue());
    } finally {
      watch.destroyForcibly();
    }
  }
}
