package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.service.Client;
import io.parallelsaver.testing.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A real daemon, with directories of its own: {@code data} is its root. */
final class Daemon implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Path directory;
  private final Path log;
  private final Map<String, String> environment = new HashMap<>();
  private Process process;

  Daemon(Path directory) throws IOException {
    this.directory = directory;
    this.log = directory.resolve("log");
    Files.createDirectories(data());
    Files.createDirectories(shared());
  }

  Path data() {
    return directory.resolve("data");
  }

  Path run() {
    return directory.resolve("run");
  }

  Path shared() {
    return directory.resolve("shm");
  }

  Path state() {
    return directory.resolve("state");
  }

  void environment(String name, String value) {
    environment.put(name, value);
  }

  /** Starts it, and waits for nothing. */
  Daemon begin(String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(
        "coordinator",
        "--run-dir",
        run().toString(),
        "--state-dir",
        state().toString(),
        "--shared-memory",
        shared().toString(),
        "--root",
        data().toString(),
        "--workers",
        "1"));
    arguments.addAll(List.of(more));
    ProcessBuilder builder =
        new ProcessBuilder(ChildProcess.command(Main.class, arguments.toArray(String[]::new)));
    builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    process = builder.start();
    return this;
  }

  /** Starts it, and waits until it listens. */
  Daemon start(String... more) throws IOException {
    begin(more);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!listens()) {
      assertTrue(process.isAlive(), () -> "ended: " + log());
      assertTrue(System.nanoTime() < end, () -> "does not listen: " + log());
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    return this;
  }

  private boolean listens() {
    try (Client client = Client.connect(run())) {
      return ((Long) client.ask("status", Map.of()).get("pid")) == process.pid();
    } catch (SaverException e) {
      return false;
    }
  }

  /** Where figures are served, once it says so. */
  String figures() {
    return log().replaceFirst("(?s).*figures at (http://127.0.0.1:[0-9]+/).*", "$1");
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills it as {@code kill -9} does. */
  void kill() throws InterruptedException {
    List<ProcessHandle> workers = process.children().toList();
    process.destroyForcibly();
    finish(128 + 9);
    workers.forEach(worker -> worker.onExit().join());
  }

  /** Ends it as systemd does. */
  void terminate() throws InterruptedException {
    process.destroy();
    finish(128 + 15);
  }

  void finish(int exit) throws InterruptedException {
    assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), () -> "goes on: " + log());
    assertEquals(exit, process.exitValue(), this::log);
  }

  /** Runs a command beside it. */
  Cli run(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of(arguments));
    all.add("--run-dir");
    all.add(run());
    return Cli.run(all.toArray());
  }

  String submit(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of("submit"));
    all.addAll(List.of(arguments));
    return run(all.toArray()).exits(0).out().strip();
  }

  /** Its processes. */
  long children() {
    return process.children().count();
  }

  /** Waits until a file is there. */
  void awaitFile(Path file) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!Files.exists(file)) {
      assertTrue(System.nanoTime() < end, () -> "there is no " + file);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  /** Waits until a request is in a state. */
  void awaitState(String id, String state) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!state.equals(run("status", id, "--json").exits(0).json().get("state"))) {
      assertTrue(System.nanoTime() < end, () -> id + " is never " + state + ": " + log());
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  /** Waits until bytes of a request have been moved. */
  void awaitProgress(String id) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      Object done = run("status", id, "--json").exits(0).json().get("done");
      if (done != null && (long) done > 0) {
        return;
      }
      assertTrue(System.nanoTime() < end, () -> id + " moves nothing: " + log());
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  /** Names of ours that are left below the root and in shared memory. */
  List<String> litter() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path each : List.of(data(), shared())) {
      try (Stream<Path> files = Files.walk(each)) {
        files
            .map(file -> file.getFileName().toString())
            .filter(name -> name.contains("parallel-saver"))
            .forEach(found::add);
      }
    }
    return found;
  }

  @Override
  public void close() {
    if (process != null && process.isAlive()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
