package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.DType;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.output.Durability;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.stored.StoredArrays;
import io.parallelsaver.testing.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several at once: coordinators at one target, readers of a file that is replaced, savers in one JVM, callers of one saver. */
class ConcurrencyTest {
  private static final int SAVES = 25;

  @TempDir
  Path directory;

  private Path sharedMemory;
  private Path target;

  @BeforeEach
  void makeSharedMemory() throws IOException {
    sharedMemory = Files.createDirectory(directory.resolve("shm"));
    target = directory.resolve("target.npz");
  }

  @AfterEach
  void nothingIsLeft() {
    assertEquals(List.of(), Await.names(sharedMemory));
    List<String> files = new ArrayList<>(Await.names(directory));
    assertTrue(files.stream().noneMatch(name -> name.contains("unfinished")), files.toString());
  }

  private SaverOptions options(int workers) {
    return TestArrays.options(sharedMemory, workers).withDurability(Durability.NONE);
  }

  /** The number that all elements of all arrays are. */
  private static int only(Map<String, NDArray> arrays) {
    assertEquals(RivalCoordinator.ARRAYS, arrays.size());
    Set<Integer> numbers = new HashSet<>();
    for (NDArray array : arrays.values()) {
      int[] values = (int[]) array.toNestedArray();
      assertEquals(RivalCoordinator.SIZE, values.length);
      for (int value : values) {
        numbers.add(value);
      }
    }
    assertEquals(1, numbers.size(), "a mixture of " + numbers);
    return numbers.iterator().next();
  }

  /** Two JVMs save to one target; whoever reads meanwhile sees one's arrays, whole, also where no checksum would tell. */
  @ParameterizedTest
  @ValueSource(strings = {"target.npz", "target.safetensors"})
  void coordinatorsAtOneTargetReplaceEachOthersWholeFiles(String name) {
    target = directory.resolve(name);
    Set<Integer> seen = new HashSet<>();
    int reads = 0;
    try (Saver reader = Saver.open(options(1));
        ChildProcess one = rival(1);
        ChildProcess two = rival(2)) {
      RivalCoordinator.save(reader, target, 0);
      one.awaitLine("ready");
      two.awaitLine("ready");
      try (StoredArrays old = ParallelSaver.open(target.toString())) {
        old.get("array_0").buffer();
        one.closeInput();
        two.closeInput();
        long end = System.nanoTime() + 60_000_000_000L;
        while ((one.isAlive() || two.isAlive()) && System.nanoTime() < end) {
          seen.add(only(reader.restore(target)));
          try (SharedArrays shared =
              Saver.await(reader.restoreShared(target, null, ProgressListener.NONE))) {
            seen.add(only(shared));
          }
          reads++;
        }
        assertEquals(List.of("saved"), one.finish());
        assertEquals(List.of("saved"), two.finish());
        assertEquals(0, only(old.select(null)), "who had the old file keeps it");
      }
      int winner = only(reader.restore(target));
      assertTrue(winner == 1 || winner == 2, "the old file won");
    }
    assertTrue(seen.containsAll(Set.of(1, 2)), "after " + reads + " reads only saw " + seen);
    assertEquals(List.of("shm", name), Await.names(directory));
  }

  /** What was read of the old file is thrown away, though it may be all of it: nobody can tell where there are no checksums. */
  @ParameterizedTest
  @ValueSource(strings = {"target.npz", "target.safetensors"})
  void aFileReplacedInTheMidstIsReadAgain(String name) throws IOException {
    target = directory.resolve(name);
    Path next = directory.resolve("next-" + name);
    try (Saver saver = Saver.open(options(2))) {
      RivalCoordinator.save(saver, target, 1);
      RivalCoordinator.save(saver, next, 2);
      RestoredArrays restored = Saver.await(saver.restoreAsync(target, null, (done, total) -> {
        if (done < total && Files.exists(next)) {
          try {
            Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      }));
      assertTrue(Files.notExists(next), "it was replaced in the midst");
      assertEquals(2, only(restored));
    }
  }

  /** Of files that are brought out, none is of another time than the others. */
  @ParameterizedTest
  @ValueSource(strings = {"target.npz", "target.safetensors"})
  void aFileReplacedInTheMidstIsBroughtOutWhole(String name) throws IOException {
    target = directory.resolve(name);
    Path next = directory.resolve("next-" + name);
    Path files = directory.resolve("files");
    try (Saver saver = Saver.open(options(2))) {
      RivalCoordinator.save(saver, target, 1);
      RivalCoordinator.save(saver, next, 2);
      Saver.await(saver.restoreToDirectory(target, files, null, (done, total) -> {
        if (done < total && Files.exists(next)) {
          assertEquals(1, Await.names(files).size(), "none has its name yet");
          try {
            Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      }));
      assertTrue(Files.notExists(next), "it was replaced in the midst");
      assertEquals(2, only(saver.restore(files)));
      assertEquals(RivalCoordinator.ARRAYS, Await.names(files).size());
    }
  }

  private ChildProcess rival(int number) {
    return ChildProcess.jvm(
        RivalCoordinator.class,
        sharedMemory.toString(),
        target.toString(),
        Integer.toString(number),
        Integer.toString(SAVES));
  }

  @Test
  void saversInOneJvmDoNotKnowEachOther() throws Exception {
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int number = i;
      tasks.add(() -> {
        // Half of them with workers, half with threads of this JVM.
        SaverOptions options = options(1);
        SaverOptions taken = number % 2 == 0 ? options : options.withLocalBytes(1L << 30);
        try (Saver saver = Saver.openLazily(taken)) {
          Path own = directory.resolve("own-" + number + ".npz");
          for (int round = 0; round < 5; round++) {
            saver.save(own, RivalCoordinator.arrays(number));
            saver.save(target, RivalCoordinator.arrays(number));
            assertEquals(number, only(saver.restore(own)));
            only(saver.restore(target));
          }
        }
        return number;
      });
    }
    assertEquals(List.of(0, 1, 2, 3, 4, 5), all(tasks));
  }

  @Test
  void manyThreadsCallOneSaver() throws Exception {
    try (Saver saver = Saver.open(options(2))) {
      saver.save(target, RivalCoordinator.arrays(99));
      List<Callable<Integer>> tasks = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        int number = i;
        tasks.add(() -> {
          Path own = directory.resolve("own-" + number + ".npz");
          saver.save(own, RivalCoordinator.arrays(number));
          saver.save(target, RivalCoordinator.arrays(number));
          only(saver.restore(target));
          assertEquals(
              Map.of(), Saver.await(saver.verify(target, ProgressListener.NONE)).damaged());
          try (SharedArrays shared =
                  Saver.await(saver.restoreShared(own, null, ProgressListener.NONE));
              SharedArray allocated = saver.allocate(DType.INT32, 10)) {
            allocated.buffer().putInt(0, number);
            saver.save(directory.resolve("allocated-" + number), allocated.array());
            return only(shared);
          }
        });
      }
      List<Integer> numbers = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        numbers.add(i);
      }
      assertEquals(numbers, all(tasks));
    }
  }

  private static <T> List<T> all(List<Callable<T>> tasks) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> each : threads.invokeAll(tasks, 60, TimeUnit.SECONDS)) {
        results.add(each.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  /** Calls that were made before are done, also those that wait; later ones are refused in so many words. */
  @Test
  void closingFinishesTheCallsThatWereMadeBefore() throws Exception {
    Saver saver = Saver.open(options(1));
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    CompletableFuture<Report> first =
        saver.saveAsync(target, RivalCoordinator.arrays(1), (done, total) -> {
          begun.countDown();
          Await.until("closing", Duration.ofSeconds(30), () -> closing.getCount() == 0);
        });
    Path later = directory.resolve("later.npz");
    CompletableFuture<Report> waiting =
        saver.saveAsync(later, RivalCoordinator.arrays(2), ProgressListener.NONE);
    begun.await();
    List<CompletableFuture<Void>> closed = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      closed.add(CompletableFuture.runAsync(saver::close));
    }
    Await.until("it takes no calls", Duration.ofSeconds(30), () -> isClosed(saver));
    closing.countDown();
    CompletableFuture.allOf(closed.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
    assertTrue(first.isDone() && waiting.isDone());
    assertEquals(target, first.get().file());
    assertEquals(later, waiting.get().file());
    assertEquals(List.of(), Await.names(sharedMemory), "all who closed it waited for the end");
    for (Callable<?> call : List.<Callable<?>>of(
        () -> saver.save(target, RivalCoordinator.arrays(3)),
        () -> saver.restore(target),
        () -> saver.allocate(DType.INT8, 1),
        saver::workerPids,
        saver::awaitReady)) {
      SaverException refused = assertThrows(SaverException.class, call::call);
      assertTrue(refused.getMessage().contains("this saver is closed"), refused.getMessage());
    }
    saver.close();
    try (StoredArrays stored = ParallelSaver.open(target.toString())) {
      assertEquals(1, only(stored.select(null)));
    }
  }

  /** A listener, and what follows a call, run on the saver's own thread, which cannot wait for itself. */
  @Test
  void aCallFromItsOwnThreadIsRefusedAndAnAsynchronousOneIsDone() throws Exception {
    Saver saver = Saver.open(options(1));
    CompletableFuture<Report> again = saver
        .saveAsync(target, RivalCoordinator.arrays(1), (done, total) -> {
          SaverException refused = assertThrows(SaverException.class, () -> saver.restore(target));
          assertTrue(refused.getMessage().contains("would wait"), refused.getMessage());
        })
        .thenCompose(
            first -> saver.saveAsync(target, RivalCoordinator.arrays(2), ProgressListener.NONE))
        .whenComplete((report, failure) -> saver.close());
    again.get(60, TimeUnit.SECONDS);
    saver.close();
    assertEquals(List.of(), Await.names(sharedMemory));
    assertThrows(SaverException.class, () -> saver.restore(target));
  }

  private static boolean isClosed(Saver saver) {
    try {
      saver.verify(Path.of("no such file"), ProgressListener.NONE).exceptionally(e -> null);
      return false;
    } catch (SaverException e) {
      return true;
    }
  }
}
