package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.shm.WorkerTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Workers that nobody needs sleep, and are woken by what they must not miss: if they were not, they would sleep a minute. */
@Timeout(50)
class SleepingWorkersTest {
  private static final int WORKERS = 2;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir
  Path directory;

  private final NamedArrays arrays = TestArrays.many(3, 100_000, 1);
  private Path target;

  @BeforeEach
  void name() {
    target = directory.resolve("saved.npz");
  }

  private Saver saver() {
    return Saver.open(TestArrays.options(directory, WORKERS)).awaitReady();
  }

  @Test
  void wakeForACall() {
    try (Saver saver = saver()) {
      awaitSleep();
      saver.save(target, arrays);
      awaitSleep();
      TestArrays.assertSame(arrays.asMap(), saver.restore(target));
    }
  }

  @Test
  void wakeInTheMiddleOfACall() {
    try (Saver saver = saver()) {
      boolean[] slept = {false};
      ProgressListener pausing = (done, total) -> {
        if (!slept[0]) {
          awaitSleep();
          slept[0] = true;
        }
      };
      Saver.await(saver.saveAsync(target, arrays, pausing));
      TestArrays.assertSame(arrays.asMap(), saver.restore(target));
    }
  }

  @Test
  void closeTheFilesOfACallThatEndsWhileTheySleep() {
    try (Saver saver = saver()) {
      ProgressListener pausing = (done, total) -> {
        if (done == total) {
          awaitSleep();
        }
      };
      Saver.await(saver.saveAsync(target, arrays, pausing));
      for (long pid : saver.workerPids()) {
        Await.until("worker " + pid + " has closed " + target, LIMIT, () -> !holds(pid));
      }
    }
  }

  /** The memory is free when a saver is closed, whoever still knows it: not only when the garbage collector comes to its mappings. */
  @Test
  void leaveNothingMappedBehind() throws IOException {
    try (Saver saver = saver()) {
      saver.save(target, arrays);
      saver.restore(target);
      assertNotEquals(0, residentKibOfBlock());
    }
    assertEquals(0, residentKibOfBlock());
  }

  /** Memory of this JVM's mappings of a block that workers fill. */
  private long residentKibOfBlock() throws IOException {
    boolean block = false;
    long resident = 0;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        block = line.contains(directory + "/") && line.contains("/block");
      } else if (block && line.startsWith("Rss:")) {
        resident += Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    return resident;
  }

  private void awaitSleep() {
    WorkerTable table = Await.workerTable(directory);
    for (int seat = 0; seat < WORKERS; seat++) {
      int each = seat;
      Await.until("worker at seat " + seat + " sleeps", LIMIT, () -> table.isAsleep(each));
    }
  }

  private boolean holds(long pid) {
    try (Stream<Path> handles = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return handles.anyMatch(this::isTarget);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isTarget(Path handle) {
    try {
      return Files.readSymbolicLink(handle).startsWith(target);
    } catch (IOException e) {
      // A handle of the moment before.
      return false;
    }
  }
}
