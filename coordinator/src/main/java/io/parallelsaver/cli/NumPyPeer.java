package io.parallelsaver.cli;

import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.SaverException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A Python process that does with NumPy what the demo does, on the same arrays. Knows why there is none, if there is none. */
final class NumPyPeer implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;
  private static final String END = "";

  private static final String SCRIPT = """
      import os, sys, time
      try:
          import numpy as np
      except ImportError as error:
          print("no", error, flush=True)
          sys.exit()
      print("NumPy", np.__version__, flush=True)
      count, size = int(sys.argv[1]), int(sys.argv[2])
      arrays = {f"array_{k}": np.arange(size) * 0.1 + k for k in range(count)}

      def sync(path):
          opened = os.open(path, os.O_RDONLY)
          os.fsync(opened)
          os.close(opened)

      for line in sys.stdin:
          what, path = line.rstrip("\\n").split(" ", 1)
          start = time.perf_counter()
          if what == "save":
              np.savez(path, **arrays)
          elif what == "sync":
              np.savez(path, **arrays)
              sync(path)
              sync(os.path.dirname(path))
          else:
              with np.load(path) as archive:
                  loaded = {key: archive[key] for key in archive.files}
          seconds = time.perf_counter() - start
          if what == "compare":
              same = [k for k in arrays if k in loaded and loaded[k].dtype == arrays[k].dtype and np.array_equal(loaded[k], arrays[k])]
              print("equal" if len(same) == len(loaded) == count else f"only {len(same)} of {count} arrays are equal", flush=True)
          else:
              print(seconds, flush=True)
          loaded = None
      """;

  private final Process process;
  private final String version;
  private final String missing;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Thread hook = new Thread(this::kill, "numpy-peer-kill");

  private NumPyPeer(String python, DemoSize size) {
    Process started = null;
    String first = null;
    try {
      started = new ProcessBuilder(
              python, "-W", "ignore", "-c", SCRIPT, "" + size.count(), "" + size.elements())
          .redirectErrorStream(true)
          .start();
    } catch (IOException e) {
      first = "no " + e.getMessage();
    }
    this.process = started;
    if (process != null) {
      Runtime.getRuntime().addShutdownHook(hook);
      Thread reader = new Thread(this::readAll, "numpy-peer-output");
      reader.setDaemon(true);
      reader.start();
      first = next();
    }
    boolean there = first.startsWith("NumPy ");
    this.version = there ? first : null;
    this.missing =
        there ? null : "no NumPy in " + python + " (PARALLEL_SAVER_PYTHON names another): " + first;
  }

  static NumPyPeer start(DemoSize size) {
    return new NumPyPeer(System.getenv().getOrDefault("PARALLEL_SAVER_PYTHON", "python3"), size);
  }

  /** Name and version, or null if there is none. */
  String version() {
    return version;
  }

  /** Why there is none, or null. */
  String missing() {
    return missing;
  }

  /** Seconds that NumPy takes to save, to save and {@code sync}, or to load; not a number if there is none. */
  double seconds(String what, Path file) {
    return version == null ? Double.NaN : Double.parseDouble(ask(what, file));
  }

  /**
   * Lets NumPy load a file of ours and compare it, if there is NumPy.
   *
   * @throws CorruptException if NumPy finds anything else than what was saved
   */
  void compare(Path file) {
    String answer = version == null ? "equal" : ask("compare", file);
    if (!answer.equals("equal")) {
      throw new CorruptException(
          file + ": " + version + " does not read what was saved: " + answer);
    }
  }

  private String ask(String what, Path file) {
    PrintWriter to = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    to.print(what + " " + file.toAbsolutePath() + "\n");
    to.flush();
    String answer = next();
    if (!answer.matches("[0-9.e+-]+|equal|only .*")) {
      throw new SaverException(version + " has failed to " + what + ": " + answer);
    }
    return answer;
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

  private void kill() {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends the child; it must end well if it has done its part. */
  @Override
  public void close() {
    if (process == null) {
      return;
    }
    try {
      process.outputWriter(StandardCharsets.UTF_8).close();
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      kill();
      Runtime.getRuntime().removeShutdownHook(hook);
      if (version != null && (!ended || process.exitValue() != 0)) {
        throw new SaverException(version + " ended with status " + process.exitValue());
      }
    } catch (IOException e) {
      kill();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } catch (IllegalStateException e) {
      // The JVM is going down; the hook has done it.
    }
  }
}
