package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.ArrayData;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.testing.OnSecondJava;
import io.parallelsaver.transfer.Milestone;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Workers that are stopped, or come no further, are found, killed and replaced; those that merely wait are not. */
@OnSecondJava
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StallTest {
  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int HELD_JOB = 5;

  @TempDir
  Path directory;

  private final NamedArrays arrays = TestArrays.many(3, 100_000, 1);

  private SaverOptions options(int workers) {
    SaverOptions options = TestArrays.options(directory, workers);
    return options.withPool(options.pool().withStallTimeout(TIMEOUT));
  }

  private SaverOptions holding(Milestone milestone) {
    SaverOptions options = options(2);
    return options.withPool(options
        .pool()
        .withWorkerMain(
            HoldingWorker.class.getName(), milestone.name(), "" + HELD_JOB, directory.toString()));
  }

  @ParameterizedTest
  @EnumSource(names = {"CLAIMED", "READ", "WRITTEN"})
  void stoppedInASave(Milestone milestone) throws IOException {
    Path target = directory.resolve("saved.npz");
    try (Saver saver = Saver.open(holding(milestone))) {
      CompletableFuture<Report> call = saver.saveAsync(target, arrays, ProgressListener.NONE);
      long stopped = Long.parseLong(Await.content(directory.resolve("held"), LIMIT));
      Signals.stop(stopped);
      Await.until("worker " + stopped + " is killed", LIMIT, () -> !Await.isAlive(stopped));
      Saver.await(call);
      byte[] saved = Files.readAllBytes(target);
      assertNotEquals(stopped, Long.parseLong(Await.content(directory.resolve("again"), LIMIT)));
      TestArrays.assertSame(arrays.asMap(), saver.restore(target));
      assertArrayEquals(saved, Files.readAllBytes(target));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CLAIMED", "READ"})
  void stoppedInARestore(Milestone milestone) {
    Path source = directory.resolve("saved.npz");
    try (Saver saver = TestArrays.withoutWorkers(directory, SaverOptions.STORED)) {
      saver.save(source, arrays);
    }
    try (Saver saver = Saver.open(holding(milestone))) {
      CompletableFuture<RestoredArrays> call =
          saver.restoreAsync(source, null, ProgressListener.NONE);
      Signals.stop(Long.parseLong(Await.content(directory.resolve("held"), LIMIT)));
      TestArrays.assertSame(arrays.asMap(), Saver.await(call));
      Await.content(directory.resolve("again"), LIMIT);
    }
  }

  /** Alone, so that nobody else can do the work; and asleep, so that it has no job. */
  @Test
  void stoppedWhileItSleeps() {
    Path target = directory.resolve("saved.npz");
    try (Saver saver = Saver.open(options(1)).awaitReady()) {
      Await.until("it sleeps", LIMIT, () -> Await.workerTable(directory).isAsleep(0));
      long stopped = saver.workerPids().get(0);
      Signals.stop(stopped);
      saver.save(target, arrays);
      assertFalse(Await.isAlive(stopped));
      TestArrays.assertSame(arrays.asMap(), saver.restore(target));
    }
  }

  @Test
  void stoppedWhileItComesUp() {
    Path target = directory.resolve("saved.npz");
    try (Saver saver = Saver.open(options(1))) {
      long stopped = saver.workerPids().get(0);
      Signals.stop(stopped);
      assertFalse(Await.workerTable(directory).isReady(0), "it was stopped before it came up");
      saver.save(target, arrays);
      assertFalse(Await.isAlive(stopped));
      TestArrays.assertSame(arrays.asMap(), saver.restore(target));
    }
  }

  /** Its pulse beats, its job is held for ever: a lock that never opens, say. */
  @Test
  void hangsInAJob() {
    SaverOptions options = holding(Milestone.READ);
    SaverOptions hasty = options.withPool(options.pool().withStallTimeout(Duration.ofSeconds(1)));
    Path target = directory.resolve("saved.npz");
    try (Saver saver = Saver.open(hasty)) {
      CompletableFuture<Report> call = saver.saveAsync(target, arrays, ProgressListener.NONE);
      long held = Long.parseLong(Await.content(directory.resolve("held"), LIMIT));
      long since = System.nanoTime();
      Saver.await(call);
      assertFalse(Await.isAlive(held));
      assertTrue(System.nanoTime() - since > 8_000_000_000L, "it had its time");
      TestArrays.assertSame(arrays.asMap(), saver.restore(target));
    }
  }

  /** Nobody waits for it longer than for others, and it does not stay. */
  @Test
  void stoppedWhenTheSaverIsClosed() {
    List<Long> workers;
    long since;
    try (Saver saver = Saver.open(options(3)).awaitReady()) {
      workers = saver.workerPids();
      Signals.stop(workers.get(0));
      Signals.stop(workers.get(2));
      since = System.nanoTime();
    }
    Duration taken = Duration.ofNanos(System.nanoTime() - since);
    assertTrue(taken.compareTo(Duration.ofSeconds(8)) < 0, "closed within " + taken);
    assertTrue(workers.stream().noneMatch(Await::isAlive), workers.toString());
    assertEquals(List.of(), Await.names(directory));
  }

  /** Bytes come later than a worker may be silent; until then workers sleep. */
  @Test
  void whoSleepsInACallIsLeftAlone() {
    NDArray late = NDArray.of(ArraySpec.of(DType.UINT8, 1), new ArrayData() {
      @Override
      public long length() {
        return 1;
      }

      @Override
      public void read(long offset, ByteBuffer target) {
        pause(TIMEOUT.multipliedBy(2));
        target.put((byte) 7);
      }
    });
    try (Saver saver = Saver.open(options(2)).awaitReady()) {
      List<Long> before = saver.workerPids();
      saver.save(directory.resolve("saved.npz"), NamedArrays.of(late));
      assertEquals(before, saver.workerPids());
    }
  }

  private static void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    Await.until("time passes", LIMIT, () -> System.nanoTime() > end);
  }
}
