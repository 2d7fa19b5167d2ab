package io.parallelsaver.bench.chaos;

import io.parallelsaver.error.SaverException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command of the distribution in a process of its own. The launcher becomes the JVM, so that its pid is the coordinator's. */
final class Child implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;

  private final List<String> command;
  private final Process process;
  private final List<String> lines = new ArrayList<>();
  private final Thread reader = new Thread(this::readAll, "child-output");

  private Child(List<String> command) {
    this.command = command;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new SaverException("cannot start " + command.get(0) + ": " + e, e);
    }
    reader.setDaemon(true);
    reader.start();
  }

  static Child start(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("parallelsaver.home") + "/bin/parallel-saver");
    command.addAll(arguments);
    return new Child(command);
  }

  /** Runs a command, which must succeed, and returns what it said. */
  static List<String> run(String... arguments) {
    try (Child child = start(List.of(arguments))) {
      child.expect(0);
      return child.said();
    }
  }

  private void readAll() {
    try (BufferedReader from = process.inputReader()) {
      for (String line = from.readLine(); line != null; line = from.readLine()) {
        synchronized (lines) {
          lines.add(line);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      synchronized (lines) {
        lines.add("its output cannot be read: " + e);
      }
    }
  }

  long pid() {
    return process.pid();
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  List<String> said() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  /** Waits for its end and returns its exit code. */
  int exit() {
    return exit(PATIENCE_SECONDS);
  }

  private int exit(long patience) {
    try {
      if (!process.waitFor(patience, TimeUnit.SECONDS)) {
        throw new SaverException("does not end: " + this);
      }
      // Workers may hold the pipe for a moment longer than their coordinator lives.
      reader.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return process.exitValue();
  }

  void expect(int code) {
    expect(code, PATIENCE_SECONDS);
  }

  /**
   * Waits for an end with this exit code.
   *
   * @param patience in seconds
   */
  void expect(int code, long patience) {
    int found = exit(patience);
    if (found != code) {
      throw new SaverException("exit " + found + ", expected " + code + ": " + this);
    }
  }

  /** What was run, and what it said. */
  @Override
  public String toString() {
    return String.join(" ", command) + "\n" + String.join("\n", said());
  }

  /** Leaves no process behind. */
  @Override
  public void close() {
    process.destroyForcibly();
    exit();
  }
}
