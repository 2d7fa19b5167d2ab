package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.WorkerLostException;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.testing.OnFirstJava;
import io.parallelsaver.transfer.Milestone;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker is killed at each point of a job's way; another finishes the job, and the result is right. */
@OnFirstJava
class WorkerDeathTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int HELD_JOB = 5;

  @TempDir
  Path directory;

  private SaverOptions holding(Milestone milestone) {
    SaverOptions options = TestArrays.options(directory, 2);
    return options.withPool(options
        .pool()
        .withWorkerMain(
            HoldingWorker.class.getName(), milestone.name(), "" + HELD_JOB, directory.toString()));
  }

  @ParameterizedTest
  @EnumSource(names = {"CLAIMED", "READ", "WRITTEN"})
  void saveIsFinishedByAnother(Milestone milestone) {
    NamedArrays arrays = TestArrays.many(3, 100_000, 1);
    Path target = directory.resolve("saved.npz");
    try (Saver saver = Saver.open(holding(milestone))) {
      CompletableFuture<Report> call = saver.saveAsync(target, arrays, ProgressListener.NONE);
      long killed = killHeld();
      Saver.await(call);
      assertNotEquals(killed, Long.parseLong(Await.content(directory.resolve("again"), LIMIT)));
      TestArrays.assertSame(arrays.asMap(), saver.restore(target));
    }
    assertEquals(List.of("again", "held", "saved.npz"), visible());
  }

  @ParameterizedTest
  @EnumSource(names = {"CLAIMED", "READ", "WRITTEN"})
  void compressedSaveIsFinishedByAnother(Milestone milestone) {
    NamedArrays arrays = TestArrays.many(3, 100_000, 1);
    Path target = directory.resolve("saved.npz");
    try (Saver saver = Saver.open(holding(milestone).withLevel(1))) {
      CompletableFuture<Report> call = saver.saveAsync(target, arrays, ProgressListener.NONE);
      killHeld();
      Saver.await(call);
      TestArrays.assertSame(arrays.asMap(), saver.restore(target));
    }
    assertEquals(List.of("again", "held", "saved.npz"), visible());
  }

  @ParameterizedTest
  @EnumSource(names = {"CLAIMED", "READ", "WRITTEN"})
  void restoreIsFinishedByAnother(Milestone milestone) {
    NamedArrays arrays = TestArrays.many(3, 100_000, 2);
    Path source = directory.resolve("saved.npz");
    try (Saver saver = TestArrays.withoutWorkers(directory, SaverOptions.STORED)) {
      saver.save(source, arrays);
    }
    try (Saver saver = Saver.open(holding(milestone))) {
      CompletableFuture<RestoredArrays> call =
          saver.restoreAsync(source, null, ProgressListener.NONE);
      long killed = killHeld();
      TestArrays.assertSame(arrays.asMap(), Saver.await(call));
      assertNotEquals(killed, Long.parseLong(Await.content(directory.resolve("again"), LIMIT)));
    }
    assertEquals(List.of("again", "held", "saved.npz"), visible());
  }

  /** After its receipt a worker owes nothing: its death must not make the job run again. */
  @Test
  void answeredJobIsNotRunAgain() {
    NamedArrays arrays = TestArrays.many(3, 100_000, 3);
    Path target = directory.resolve("saved.npz");
    try (Saver saver = Saver.open(holding(Milestone.ANSWERED))) {
      CompletableFuture<Report> call = saver.saveAsync(target, arrays, ProgressListener.NONE);
      killHeld();
      Saver.await(call);
      TestArrays.assertSame(arrays.asMap(), saver.restore(target));
    }
    assertEquals(List.of("held", "saved.npz"), visible());
  }

  /** All of them at once, in mid-work: the work is done by others from where it was. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void allAreKilledAtOnce(boolean compressed) {
    NamedArrays arrays = TestArrays.many(3, 300_000, 5);
    Path target = directory.resolve("saved.npz");
    SaverOptions options = TestArrays.options(directory, 3);
    try (Saver saver = Saver.open(compressed ? options.withLevel(1) : options).awaitReady()) {
      Set<Long> first = Set.copyOf(saver.workerPids());
      AtomicBoolean killed = new AtomicBoolean();
      Saver.await(saver.saveAsync(target, arrays, killer(first, killed)));
      assertTrue(killed.getAndSet(false), "they were killed in mid-work");
      Set<Long> second = Set.copyOf(saver.workerPids());
      assertTrue(second.stream().noneMatch(first::contains), "all are others now");
      RestoredArrays restored =
          Saver.await(saver.restoreAsync(target, null, killer(second, killed)));
      assertTrue(killed.get(), "they were killed in mid-work");
      TestArrays.assertSame(arrays.asMap(), restored);
    }
    assertEquals(List.of("saved.npz"), visible());
  }

  private static ProgressListener killer(Set<Long> workers, AtomicBoolean killed) {
    return (done, total) -> {
      if (done > total / 4 && done < total && killed.compareAndSet(false, true)) {
        assertTrue(workers.stream().allMatch(Await::isAlive), "all are alive");
        workers.forEach(pid -> ProcessHandle.of(pid).orElseThrow().destroyForcibly());
        Await.until("all are dead", LIMIT, () -> workers.stream().noneMatch(Await::isAlive));
      }
    };
  }

  /** At moments of its start, from the first, where it is no Java yet, to the last, where it has its queues. */
  @Test
  @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aWorkerIsKilledWhileItComesUp() {
    long seed = Long.getLong("kill.seed", System.nanoTime());
    Random random = new Random(seed);
    NamedArrays arrays = TestArrays.many(3, 100_000, 6);
    Path target = directory.resolve("saved.npz");
    int early = 0;
    for (int round = 0; round < 5; round++) {
      String what = "kill.seed " + seed + ", round " + round;
      try (Saver saver = Saver.open(TestArrays.options(directory, 1))) {
        long pid = saver.workerPids().get(0);
        long moment = System.nanoTime() + random.nextInt(1 + 75 * round) * 1_000_000L;
        Await.until("its moment", LIMIT, () -> System.nanoTime() >= moment);
        early += Await.workerTable(directory).isReady(0) ? 0 : 1;
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        long since = System.nanoTime();
        saver.save(target, arrays);
        Duration taken = Duration.ofNanos(System.nanoTime() - since);
        assertTrue(taken.compareTo(Duration.ofSeconds(9)) < 0, what + ": took " + taken);
        assertFalse(Await.isAlive(pid), what);
        TestArrays.assertSame(arrays.asMap(), saver.restore(target));
      }
      assertEquals(List.of("saved.npz"), visible(), what);
    }
    assertTrue(early >= 2, "kill.seed " + seed + ": only " + early + " kills before it was ready");
  }

  @Test
  void workersThatCannotStartAreReportedWithWhatTheyPrinted() {
    SaverOptions options = TestArrays.options(directory, 2);
    SaverOptions broken = options.withPool(options.pool().withWorkerMain("no.such.Main"));
    Path target = directory.resolve("saved.npz");
    try (Saver saver = Saver.open(broken)) {
      NamedArrays arrays = TestArrays.many(1, 1000, 4);
      WorkerLostException lost =
          assertThrows(WorkerLostException.class, () -> saver.save(target, arrays));
      assertTrue(lost.getMessage().contains("no.such.Main"), lost.getMessage());
    }
    assertEquals(List.of(), visible());
  }

  private long killHeld() {
    long pid = Long.parseLong(Await.content(directory.resolve("held"), LIMIT));
    assertTrue(Await.isAlive(pid), "worker " + pid + " waits at the milestone");
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    Await.until("worker " + pid + " is dead", LIMIT, () -> !Await.isAlive(pid));
    return pid;
  }

  private List<String> visible() {
    return Await.names(directory).stream()
        .filter(name -> !name.matches("(held|again)\\.\\d+"))
        .toList();
  }
}
