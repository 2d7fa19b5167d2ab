package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.WorkerLostException;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.transfer.Milestone;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A worker is killed at each point of a job's way; another finishes the job, and the result is right. */
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
    try (Saver saver = Saver.open(TestArrays.options(directory, 2))) {
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
