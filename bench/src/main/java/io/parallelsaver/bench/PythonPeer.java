package io.parallelsaver.bench;

import io.parallelsaver.error.SaverException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One long-lived Python with NumPy that does as it is told, or the reason why there is none. */
public final class PythonPeer implements AutoCloseable {
  private static final List<String> SCRIPTS =
      List.of("peer.py", "original.py", "machine.py", "judge.py");
  private static final long PATIENCE_SECONDS = 300;
  private static final String END = "";

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final String[] greeting;
  private final String missing;

  /**
   * @param python the interpreter
   * @param directory where the scripts go
   */
  private PythonPeer(String python, Path directory) {
    Process started = null;
    String problem = null;
    String[] first = {};
    try {
      for (String script : SCRIPTS) {
        try (InputStream source = PythonPeer.class.getResourceAsStream(script)) {
          Files.copy(source, directory.resolve(script));
        }
      }
      started = new ProcessBuilder(
              python, "-B", "-W", "ignore", directory.resolve("peer.py").toString())
          .redirectErrorStream(true)
          .start();
    } catch (IOException e) {
      problem = e.getMessage();
    }
    this.process = started;
    if (process != null) {
      Thread reader = new Thread(this::readAll, "python-output");
      reader.setDaemon(true);
      reader.start();
      first = next().split("\t");
      problem = first[0].equals("ok") ? null : String.join(" ", first);
    }
    this.greeting = first;
    this.missing = problem == null
        ? null
        : "no NumPy in " + python + " (PARALLEL_SAVER_PYTHON names another): " + problem;
  }

  /** Starts {@code PARALLEL_SAVER_PYTHON}, or {@code python3}. */
  public static PythonPeer start(Path directory) {
    return start(System.getenv().getOrDefault("PARALLEL_SAVER_PYTHON", "python3"), directory);
  }

  static PythonPeer start(String python, Path directory) {
    return new PythonPeer(python, directory);
  }

  /** Why there is none, or null. */
  public String missing() {
    return missing;
  }

  /** Versions, for people. */
  public String version() {
    return missing == null ? "NumPy " + greeting[1] + ", Python " + greeting[2] : "none";
  }

  /** The interpreter itself, without whatever may have led to it. */
  String executable() {
    return greeting[3];
  }

  long pid() {
    return process.pid();
  }

  /** Whether memory that it has freed stays its own. */
  boolean keepsMemory() {
    return missing == null && greeting[4].equals("1");
  }

  /**
   * Lets it do something.
   *
   * @return what it answers, which may be nothing
   * @throws SaverException if it cannot
   */
  public String ask(Object... words) {
    String line =
        String.join("\t", Arrays.stream(words).map(Object::toString).toArray(String[]::new));
    PrintWriter to = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8));
    to.print(line + "\n");
    to.flush();
    String[] answer = next().split("\t", 2);
    if (!answer[0].equals("ok")) {
      throw new SaverException(version() + " has failed at " + line.replace('\t', ' ') + ": "
          + String.join(" ", answer));
    }
    return answer[1];
  }

  double seconds(Object... words) {
    return Double.parseDouble(ask(words));
  }

  private String next() {
    try {
      String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return line == null
          ? "no answer in " + PATIENCE_SECONDS + " s"
          : line.equals(END) ? "it has ended" : line;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void readAll() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      reader.lines().filter(line -> !line.isBlank()).forEach(lines::add);
    } catch (IOException | UncheckedIOException e) {
      lines.add("its output cannot be read: " + e);
    }
    lines.add(END);
  }

  /** It ends when its input does, also when this JVM is gone. */
  @Override
  public void close() {
    if (process == null) {
      return;
    }
    try {
      process.outputWriter(StandardCharsets.UTF_8).close();
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      if (missing == null && process.exitValue() != 0) {
        throw new SaverException(version() + " ended with status " + process.exitValue());
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
