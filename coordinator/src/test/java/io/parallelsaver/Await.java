package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.fail;

import io.parallelsaver.shm.RunDirectory;
import io.parallelsaver.shm.WorkerTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Waits for something to be so, and says what did not come about. */
final class Await {
  private static final long LOOK_NANOS = 2_000_000;

  private Await() {}

  static void until(String what, Duration limit, BooleanSupplier condition) {
    until(() -> what, limit, condition);
  }

  /**
   * @param what is asked for when it has not come about
   */
  static void until(Supplier<String> what, Duration limit, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        fail("not within " + limit + ": " + what.get());
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** Content of a file that another process leaves. */
  static String content(Path file, Duration limit) {
    until("there is " + file, limit, () -> Files.exists(file));
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The table of the workers of the one run there is. */
  static WorkerTable workerTable(Path sharedMemory) {
    try (Stream<Path> files = Files.list(sharedMemory)) {
      Path run = files
          .filter(file -> file.getFileName().toString().startsWith("parallel-saver-"))
          .findAny()
          .orElseThrow();
      return WorkerTable.attach(RunDirectory.workerTable(run));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  /** Names in a directory. */
  static List<String> names(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
