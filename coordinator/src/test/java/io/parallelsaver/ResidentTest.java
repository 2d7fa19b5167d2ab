package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.testing.ChildProcess;
import io.parallelsaver.testing.OnFirstJava;
import io.parallelsaver.testing.ProcessState;
import io.parallelsaver.transfer.Milestone;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Resident workers serve several coordinators, which come and go, and so do the workers. */
@OnFirstJava
class ResidentTest extends ResidentWorkers {
  @Test
  void theySaveAndRestore() {
    Set<Long> pids = Set.of(start("1"), start("2"));
    NamedArrays arrays = TestArrays.many(3, 200_000, 1);
    Path target = files.resolve("saved.npz");
    try (Saver saver = Saver.open(options()).awaitReady()) {
      assertEquals(pids, Set.copyOf(saver.workerPids()));
      assertEquals(pids, pids(saver.save(target, arrays)));
      TestArrays.assertSame(arrays.asMap(), saver.restore(target));
    }
    assertTrue(pids.stream().allMatch(Await::isAlive), "they stay");
  }

  /** Each must get its share of each worker while all want it, and its own bytes. */
  @Test
  void fourCoordinatorsTakeTurns() {
    Set<Long> pids = Set.of(start("1"), start("2"));
    List<Saver> savers = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        savers.add(Saver.open(options()).awaitReady());
      }
      List<CompletableFuture<Report>> calls = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        NamedArrays arrays = TestArrays.many(4, 300_000, i);
        calls.add(
            savers.get(i).saveAsync(files.resolve(i + ".npz"), arrays, ProgressListener.NONE));
      }
      for (int i = 0; i < 4; i++) {
        Report report = Saver.await(calls.get(i));
        assertTrue(pids.containsAll(pids(report)), report.toString());
      }
      for (int i = 0; i < 4; i++) {
        Path saved = files.resolve(i + ".npz");
        TestArrays.assertSame(
            TestArrays.many(4, 300_000, i).asMap(), savers.get((i + 1) % 4).restore(saved));
      }
    } finally {
      savers.forEach(Saver::close);
    }
  }

  /** A job of one coordinator is held for ever by one worker; the others must go on with the other worker. */
  @ParameterizedTest
  @EnumSource(names = {"CLAIMED", "READ", "WRITTEN"})
  void anotherDoesTheJobsOfOneThatDies(Milestone milestone) {
    ChildProcess holding = ChildProcess.jvm(
        HoldingResident.class,
        pool.toString(),
        "holding",
        milestone.name(),
        "5",
        directory.toString());
    try (holding) {
      holding.awaitLine("listening");
      NamedArrays arrays = TestArrays.many(3, 100_000, 1);
      Path target = files.resolve("saved.npz");
      try (Saver saver = Saver.open(options()).awaitReady()) {
        // It is the only one that can take the job that it stops at.
        CompletableFuture<Report> call = saver.saveAsync(target, arrays, ProgressListener.NONE);
        Await.content(directory.resolve("held"), LIMIT);
        long other = start("other");
        holding.kill();
        assertTrue(pids(Saver.await(call)).contains(other));
        TestArrays.assertSame(arrays.asMap(), saver.restore(target));
      }
    }
    // What a dead one has left is no obstacle to its successor.
    start("holding");
    terminate("holding");
  }

  /** Both workers are replaced again and again, one after the other, while saves and restores go on. */
  @Test
  void rollingRestartsLoseNothing() {
    start("1");
    start("2");
    NamedArrays arrays = TestArrays.many(4, 300_000, 1);
    Path target = files.resolve("saved.npz");
    Set<Long> served = new HashSet<>();
    try (Saver saver = Saver.open(options()).awaitReady()) {
      for (int round = 0; round < 4; round++) {
        String name = Integer.toString(1 + round % 2);
        List<CompletableFuture<Report>> calls = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
          calls.add(saver.saveAsync(target, arrays, ProgressListener.NONE));
        }
        List<String> log = terminate(name);
        assertTrue(log.stream().noneMatch(line -> line.contains("ERROR")), log.toString());
        long fresh = start(name);
        calls.forEach(call -> served.addAll(pids(Saver.await(call))));
        Await.until("the new one works", LIMIT, () -> {
          served.addAll(pids(saver.save(target, arrays)));
          return served.contains(fresh);
        });
        TestArrays.assertSame(arrays.asMap(), saver.restore(target));
      }
    }
  }

  /** A coordinator is killed in the middle: its workers forget it, give its memory back, and serve the next. */
  @Test
  void killedCoordinatorIsForgotten() {
    long pid = start("1");
    try (ChildProcess coordinator = ChildProcess.jvm(
        AttachedCoordinator.class, memory.toString(), pool.toString(), files.toString())) {
      coordinator.awaitLine("saving");
      Await.until("it is mapped", LIMIT, () -> maps(pid).contains(memory.toString()));
      coordinator.kill();
    }
    Await.until("nothing of it is mapped", LIMIT, () -> !maps(pid).contains(memory.toString()));
    NamedArrays arrays = TestArrays.many(2, 1000, 1);
    Path target = files.resolve("next.npz");
    try (Saver saver = Saver.open(options()).awaitReady()) {
      saver.save(target, arrays);
      TestArrays.assertSame(arrays.asMap(), saver.restore(target));
    }
    assertEquals(List.of("next.npz"), Await.names(files), "the sweep has removed the rest");
  }

  private static String maps(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/maps"))) {
      return lines.collect(Collectors.joining("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Coordinators that come and go leave nothing in a worker. */
  @Test
  void nothingGrows() {
    long pid = start("1");
    NamedArrays arrays = TestArrays.many(2, 20_000, 1);
    Path target = files.resolve("saved.npz");
    for (int round = 0; round < 16; round++) {
      saveAndRestore(arrays, target);
    }
    // It lets go of a coordinator some time after that has gone.
    Await.until("nothing is mapped", LIMIT, () -> !maps(pid).contains(memory.toString()));
    ProcessState before = ProcessState.of(pid);
    for (int round = 0; round < 24; round++) {
      saveAndRestore(arrays, target);
    }
    Await.until(
        () -> before + " -> " + ProcessState.of(pid) + ", " + ProcessState.handles(pid) + ", "
            + maps(pid),
        LIMIT,
        () -> !hasGrown(before, ProcessState.of(pid)) && !maps(pid).contains(memory.toString()));
  }

  private void saveAndRestore(NamedArrays arrays, Path target) {
    try (Saver saver = Saver.open(options()).awaitReady()) {
      saver.save(target, arrays);
      TestArrays.assertSame(arrays.asMap(), saver.restore(target));
    }
  }

  private static boolean hasGrown(ProcessState before, ProcessState after) {
    return after.handles() > before.handles() + 2
        || after.threads() > before.threads() + 2
        || after.mappings() > before.mappings() + 12
        || after.privateKib() > before.privateKib() + (16 << 10);
  }

  /** Stopped in mid-job: it is killed, and the job is done by another that comes. */
  @Test
  void stoppedWorkerIsKilled() {
    ChildProcess holding = ChildProcess.jvm(
        HoldingResident.class, pool.toString(), "holding", "READ", "5", directory.toString());
    NamedArrays arrays = TestArrays.many(3, 100_000, 1);
    Path target = files.resolve("saved.npz");
    SaverOptions options = options();
    options = options.withPool(options.pool().withStallTimeout(Duration.ofSeconds(1)));
    try (holding) {
      holding.awaitLine("listening");
      try (Saver saver = Saver.open(options).awaitReady()) {
        CompletableFuture<Report> call = saver.saveAsync(target, arrays, ProgressListener.NONE);
        Await.content(directory.resolve("held"), LIMIT);
        start("other");
        signal("STOP", holding.pid());
        Saver.await(call);
        holding.finish(128 + 9);
        TestArrays.assertSame(arrays.asMap(), saver.restore(target));
      }
    }
    start("holding");
  }
}
