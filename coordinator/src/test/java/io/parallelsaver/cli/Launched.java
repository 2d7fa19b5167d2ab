package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** The launcher of the built distribution, in a working directory and with shared memory of its own. */
final class Launched {
  static final Path LAUNCHER =
      Path.of(System.getProperty("parallelsaver.home")).resolve("bin/parallel-saver");

  private static final long PATIENCE_SECONDS = 60;

  private final Path work;
  private final Path shared;
  private final Path scratch;
  private final Map<String, String> environment = new HashMap<>();

  Launched(Path work, Path shared, Path scratch) {
    this.work = work;
    this.shared = shared;
    this.scratch = scratch;
    environment("PARALLEL_SAVER_SHM", shared.toString());
  }

  void environment(String name, String value) {
    environment.put(name, value);
  }

  List<String> inSharedMemory() {
    return names(shared, "");
  }

  /** Names in the working directory with this in them. */
  List<String> inWork(String part) {
    return names(work, part);
  }

  /** Names in a folder of the working directory, which need not be there, with this in them. */
  List<String> inFolder(String folder, String part) {
    return names(work.resolve(folder), part);
  }

  /** Names in what a run has in shared memory. */
  List<String> inShared(String run) {
    return names(shared.resolve(run), "");
  }

  static List<String> names(Path directory, String part) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.contains(part))
          .sorted()
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until something is so. */
  static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, () -> "not within " + PATIENCE_SECONDS + " s: " + what);
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** A {@code .npy} file of zeros that takes no room on the disk. */
  static void sparse(Path file, long bytes) throws IOException {
    String header = "{'descr': '<f8', 'fortran_order': False, 'shape': (" + bytes / 8 + ",), }";
    ByteBuffer start = ByteBuffer.allocate(128)
        .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0});
    start.put(String.format(Locale.ROOT, "%-117s%n", header).getBytes(StandardCharsets.US_ASCII));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(start.flip());
      channel.write(ByteBuffer.allocate(1), 128 + bytes - 1);
    }
  }

  Cli run(Object... arguments) throws Exception {
    return execute(command(List.of(LAUNCHER.toString()), arguments));
  }

  Cli execute(List<String> command) throws Exception {
    try (Running running = new Running(command)) {
      return running.finish();
    }
  }

  /**
   * Starts a command as the leader of its own process group, as a shell does. Ctrl-C must not be ignored there, whoever started this
   * JVM.
   */
  Running start(Object... arguments) throws IOException {
    return new Running(command(
        List.of("setsid", "env", "--default-signal=INT,HUP,TERM", LAUNCHER.toString()), arguments));
  }

  private static List<String> command(List<String> start, Object... arguments) {
    List<String> command = new ArrayList<>(start);
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }

  /** A command under way. */
  final class Running implements AutoCloseable {
    private final Path out = scratch.resolve("out " + System.nanoTime());
    private final Path err = scratch.resolve("err " + System.nanoTime());
    private final WatchService watch = FileSystems.getDefault().newWatchService();
    private final Process process;

    private Running(List<String> command) throws IOException {
      work.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
      builder.redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.environment().remove("PARALLEL_SAVER_OPTS");
      builder.environment().putIfAbsent("JAVA_HOME", System.getProperty("java.home"));
      builder.environment().putAll(environment);
      process = builder.start();
    }

    long pid() {
      return process.pid();
    }

    /** Waits until a file with this in its name appears in the working directory. */
    void awaitFile(String part) throws Exception {
      while (true) {
        WatchKey key = watch.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(key, () -> "no file called " + part + ": " + output(err));
        for (WatchEvent<?> event : key.pollEvents()) {
          if (String.valueOf(event.context()).contains(part)) {
            return;
          }
        }
        assertTrue(key.reset());
      }
    }

    /** Sends a signal to all processes of the command. */
    void signal(String name) throws Exception {
      Process kill =
          new ProcessBuilder("kill", "-" + name, "--", "-" + pid()).inheritIO().start();
      assertTrue(kill.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
      assertEquals(0, kill.exitValue());
    }

    /** The one worker there is; what the launcher starts comes before there is a run. */
    ProcessHandle onlyWorker() {
      Launched.await(
          "it has a worker",
          () -> !inSharedMemory().isEmpty() && process.children().count() == 1);
      return process.children().findAny().orElseThrow();
    }

    /** Kills the coordinator alone, and waits until its workers have seen that. */
    void kill() throws Exception {
      List<ProcessHandle> workers = process.children().toList();
      assertTrue(!workers.isEmpty(), "no workers");
      process.destroyForcibly();
      finish().exits(128 + 9);
      for (ProcessHandle worker : workers) {
        worker.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
    }

    Cli finish() throws Exception {
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertTrue(
          ended, () -> "no end within " + PATIENCE_SECONDS + " s: " + output(out) + output(err));
      return new Cli(process.exitValue(), output(out), output(err));
    }

    private static String output(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      // Only after a failure is there still something to end.
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      watch.close();
    }
  }
}
