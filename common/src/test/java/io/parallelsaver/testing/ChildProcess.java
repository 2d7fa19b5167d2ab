package io.parallelsaver.testing;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A child process. Every wait is bounded, and a test that does not look at its exit fails. */
public final class ChildProcess implements AutoCloseable {
  /** Longest wait for one line, or for the exit. */
  private static final long PATIENCE_SECONDS = 60;

  private static final int KILLED = 128 + 9;

  private final List<String> command;
  private final Process process;
  private final BlockingQueue<List<String>> lines = new LinkedBlockingQueue<>();
  private final List<String> seen = new ArrayList<>();
  private boolean ended;
  private boolean checked;

  private ChildProcess(List<String> command) {
    this.command = command;
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PYTHONIOENCODING", "utf-8");
    try {
      this.process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread reader = new Thread(this::readAll, "output of " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  public static ChildProcess start(String... command) {
    return new ChildProcess(List.of(command));
  }

  /** A JVM with this one's flags and class path. */
  public static ChildProcess jvm(Class<?> main, String... arguments) {
    return new ChildProcess(command(main, arguments));
  }

  /** The command line of such a JVM. */
  public static List<String> command(Class<?> main, String... arguments) {
    List<String> command = javaWithFlags();
    command.addAll(ClassData.flags());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(Arrays.asList(arguments));
    return command;
  }

  /** Java, and the flags of this JVM. */
  static List<String> javaWithFlags() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    return command;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** A list of one line each; an empty list at the end. */
  private void readAll() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(List.of(line));
      }
    } catch (IOException e) {
      lines.add(List.of("output cannot be read: " + e));
    }
    lines.add(List.of());
  }

  /** The next line it prints, or null when it prints no more. */
  public String readLine() {
    if (ended) {
      return null;
    }
    try {
      List<String> line = lines.poll(PATIENCE_SECONDS, SECONDS);
      if (line == null) {
        throw failure("printed nothing for " + PATIENCE_SECONDS + " s");
      }
      seen.addAll(line);
      ended = line.isEmpty();
      return line.isEmpty() ? null : line.get(0);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads until it has printed exactly this line. */
  public void awaitLine(String wanted) {
    for (String line = readLine(); !wanted.equals(line); line = readLine()) {
      if (line == null) {
        throw failure("ended without the line \"" + wanted + "\"");
      }
    }
  }

  /** Lets its standard input end, which many a child here waits for. */
  public void closeInput() {
    try {
      process.outputWriter().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for its end, which must be exit 0. Returns all the lines that were not read before. */
  public List<String> finish() {
    return finish(0);
  }

  /** Waits for its end with this exit code. Returns all the lines that were not read before. */
  public List<String> finish(int exit) {
    List<String> rest = new ArrayList<>();
    for (String line = readLine(); line != null; line = readLine()) {
      rest.add(line);
    }
    awaitExit(exit);
    return rest;
  }

  /** Kills it as {@code kill -9} does, and waits until it is gone. It must not have ended before. */
  public void kill() {
    process.destroyForcibly();
    awaitExit(KILLED);
  }

  private void awaitExit(int expected) {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, SECONDS)) {
        throw failure("does not end");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    checked = true;
    if (process.exitValue() != expected) {
      throw failure("exit " + process.exitValue() + ", expected " + expected);
    }
  }

  private AssertionError failure(String what) {
    return new AssertionError(
        what + ": " + String.join(" ", command) + "\n" + String.join("\n", seen));
  }

  /** Leaves no process behind. */
  @Override
  public void close() {
    if (!checked) {
      process.destroyForcibly();
      awaitExit(KILLED);
      throw failure("was still running, its exit unchecked");
    }
  }
}
