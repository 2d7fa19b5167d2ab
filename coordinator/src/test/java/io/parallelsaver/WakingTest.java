package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.testing.ChildProcess;
import io.parallelsaver.testing.OnFirstJava;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that were stopped wake up at the worst moment. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@OnFirstJava
class WakingTest {
  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  @TempDir
  Path directory;

  private SaverOptions options(int workers) {
    SaverOptions options = TestArrays.options(directory, workers);
    return options.withPool(options.pool().withStallTimeout(TIMEOUT));
  }

  private List<Long> stopped() {
    return Await.names(directory).stream()
        .filter(name -> name.startsWith("stopped."))
        .map(name -> Long.parseLong(name.substring("stopped.".length())))
        .filter(pid -> Signals.state(pid) == 'T')
        .toList();
  }

  /**
   * Both workers have read a job's bytes when they are stopped; they are woken around the time at which they are killed: before, so that
   * they finish their job, or too late, so that others do it. In no case may one write once its slot is another's.
   */
  @ParameterizedTest
  @ValueSource(longs = {-200, -50, 0, 30})
  void aroundTheKill(long offsetMillis) throws IOException {
    NamedArrays arrays = TestArrays.many(3, 100_000, 1);
    Path target = directory.resolve("saved.npz");
    SaverOptions options = options(2);
    options = options.withPool(
        options.pool().withWorkerMain(WakingWorker.class.getName(), directory.toString()));
    // Who came up long after the other would not be stopped before that one is killed.
    try (Saver saver = Saver.open(options).awaitReady()) {
      CompletableFuture<Report> call = saver.saveAsync(target, arrays, ProgressListener.NONE);
      Await.until("both are stopped", LIMIT, () -> stopped().size() == 2);
      List<Long> workers = stopped();
      long wake = System.nanoTime() + TIMEOUT.plusMillis(offsetMillis).toNanos();
      while (System.nanoTime() < wake) {
        LockSupport.parkNanos(1_000_000);
      }
      workers.forEach(Signals::wake);
      Saver.await(call);
      byte[] saved = Files.readAllBytes(target);
      TestArrays.assertSame(arrays.asMap(), saver.restore(target));
      // Who was not killed has done its work, and is one of the saver's.
      assertTrue(
          saver.workerPids().containsAll(workers.stream().filter(Await::isAlive).toList()));
      saver.save(directory.resolve("other.npz"), TestArrays.many(3, 100_000, 9));
      assertArrayEquals(saved, Files.readAllBytes(target));
      TestArrays.assertSame(
          TestArrays.many(3, 100_000, 9).asMap(), saver.restore(directory.resolve("other.npz")));
    }
  }

  /** Ctrl-Z, a long pause, and fg: the coordinator looks before its workers are awake. Nobody was late. */
  @Test
  void allOfACommandTheCoordinatorFirst() throws IOException {
    try (ChildProcess coordinator =
        ChildProcess.jvm(PausedCoordinator.class, directory.toString())) {
      List<Long> workers =
          List.of(Long.parseLong(coordinator.readLine()), Long.parseLong(coordinator.readLine()));
      coordinator.awaitLine("saving");
      workers.forEach(Signals::stop);
      // It has seen that they are silent.
      pause(PausedCoordinator.TIMEOUT.dividedBy(8));
      Signals.stop(coordinator.pid());
      pause(PausedCoordinator.TIMEOUT.multipliedBy(2));
      assertTrue(Signals.wake(coordinator.pid()));
      pause(PausedCoordinator.TIMEOUT.dividedBy(4));
      workers.forEach(worker -> assertTrue(Signals.wake(worker), worker + " is alive"));
      assertEquals(List.of("same workers true", "right true"), coordinator.finish());
    }
  }

  private static void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    Await.until("time passes", LIMIT, () -> System.nanoTime() > end);
  }
}
