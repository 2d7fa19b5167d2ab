package io.parallelsaver;

import io.parallelsaver.array.DType;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.output.Durability;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.stored.Format;
import io.parallelsaver.stored.StoredArrays;
import io.parallelsaver.testing.ProcessState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Saves and restores again and again with the same workers, in every way there is, and also in vain; says what every process and
 * shared memory hold after some cycles, and after all of them.
 */
final class Endurance {
  private static final ProgressListener QUIET = ProgressListener.NONE;

  private final Path directory;
  private final Path sharedMemory;
  private final NamedArrays arrays = NamedArrays.of(1, new float[300], new int[0])
      .and("words", new String[] {"one", "\u00e4\u6e29"})
      .and("doubles", TestArrays.doubles(20_000, 1));
  private int failures;

  private Endurance(Path directory) throws IOException {
    this.directory = directory;
    this.sharedMemory = Files.createDirectory(directory.resolve("shm"));
  }

  /**
   * @param arguments a directory, and the number of cycles
   */
  public static void main(String[] arguments) throws IOException {
    new Endurance(Path.of(arguments[0])).run(Integer.parseInt(arguments[1]));
  }

  private void run(int cycles) throws IOException {
    int warm = Math.max(50, cycles / 5);
    try (Saver saver = Saver.open(options(2));
        Saver deflating = Saver.open(options(1).withLevel(1))) {
      Map<String, Long> pids = new TreeMap<>();
      pids.put("coordinator", ProcessHandle.current().pid());
      saver.workerPids().forEach(pid -> pids.put("worker-" + pid, pid));
      deflating.workerPids().forEach(pid -> pids.put("worker-" + pid, pid));
      saver.awaitReady();
      deflating.awaitReady();
      Path damaged = damaged(saver);
      Held before = null;
      for (int cycle = 1; cycle <= cycles + warm; cycle++) {
        cycle(saver, deflating, damaged);
        if (cycle == warm) {
          before = Held.now(pids, sharedMemory);
        }
        if (cycle % 50 == 0) {
          System.out.println("cycle " + cycle);
        }
      }
      Held after = Held.now(pids, sharedMemory);
      if (!saver.workerPids().stream().allMatch(pids::containsValue)) {
        throw new IllegalStateException("a worker has died on the way");
      }
      if (failures != 3 * (cycles + warm)) {
        throw new IllegalStateException(failures + " calls failed, as none or all should");
      }
      before.print(cycles, after);
    }
    System.out.println("left " + Await.names(sharedMemory) + " " + Await.names(directory));
  }

  private SaverOptions options(int workers) {
    return TestArrays.options(sharedMemory, workers).withDurability(Durability.NONE);
  }

  /** An archive with one wrong byte in the midst of the large array. */
  private Path damaged(Saver saver) throws IOException {
    Path file = saver.save(directory.resolve("damaged"), arrays).file();
    byte[] bytes = Files.readAllBytes(file);
    try (StoredArrays stored = ParallelSaver.open(file.toString())) {
      long offset = stored.get("doubles").data().region().orElseThrow().offset();
      bytes[(int) offset + 80_000] ^= 1;
    }
    return Files.write(file, bytes);
  }

  private void cycle(Saver saver, Saver deflating, Path damaged) {
    Path plain = saver.save(directory.resolve("plain"), arrays).file();
    Path deflated = deflating.save(directory.resolve("deflated"), arrays).file();
    same(saver.restore(plain));
    same(saver.restore(deflated));
    try (SharedArrays shared = Saver.await(saver.restoreShared(plain, null, QUIET));
        SharedArrays also = Saver.await(saver.restoreShared(deflated, null, QUIET))) {
      same(shared);
      same(also);
    }
    try (SharedArray allocated = saver.allocate(DType.FLOAT64, 5_000)) {
      allocated.buffer().putDouble(0, 1);
      saver.save(directory.resolve("allocated"), allocated.array());
    }
    for (Path file : List.of(plain, deflated)) {
      Verification found = Saver.await(saver.verify(file, QUIET));
      if (!found.damaged().isEmpty()) {
        throw new IllegalStateException("damaged: " + found.damaged());
      }
    }
    Path npy = directory.resolve("npy");
    Saver.await(saver.saveAsync(npy, arrays, Format.NPY, QUIET));
    Saver.await(saver.saveAsync(directory.resolve("pickle"), arrays, Format.PICKLE, QUIET));
    Saver.await(saver.restoreToDirectory(deflated, directory.resolve("files"), null, QUIET));
    Saver.await(saver.convert(npy, directory.resolve("converted"), Format.NPZ, null, QUIET));
    fails(SaverException.class, () -> saver.save(directory.resolve("no/such/folder"), arrays));
    fails(CorruptException.class, () -> saver.restore(damaged));
    fails(
        CorruptException.class,
        () -> Saver.await(saver.convert(damaged, plain, Format.NPZ, null, QUIET)));
  }

  private void same(Map<String, ?> restored) {
    if (!restored.keySet().equals(arrays.asMap().keySet())) {
      throw new IllegalStateException("restored " + restored.keySet());
    }
  }

  private void fails(Class<? extends SaverException> kind, Runnable call) {
    try {
      call.run();
    } catch (SaverException e) {
      if (kind.isInstance(e)) {
        failures++;
        return;
      }
      throw e;
    }
    throw new IllegalStateException("did not fail, as it should with " + kind);
  }

  /** What there is of everything that could grow. */
  private record Held(
      Map<String, ProcessState> processes, long heap, long sharedKib, long sharedFiles) {

    static Held now(Map<String, Long> pids, Path sharedMemory) throws IOException {
      Runtime runtime = Runtime.getRuntime();
      // What only the collector gives back, mappings among it, is given back by its second run.
      for (int i = 0; i < 4; i++) {
        runtime.gc();
        java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
      }
      Map<String, ProcessState> processes = new TreeMap<>();
      pids.forEach((name, pid) -> processes.put(name, ProcessState.of(pid)));
      long bytes = 0;
      long files = 0;
      try (Stream<Path> all = Files.walk(sharedMemory)) {
        for (Path file : all.filter(Files::isRegularFile).toList()) {
          bytes += (long) Files.getAttribute(file, "unix:size");
          files++;
        }
      }
      long heap = runtime.totalMemory() - runtime.freeMemory();
      return new Held(processes, heap >> 10, bytes >> 10, files);
    }

    void print(int cycles, Held after) {
      processes.forEach((name, state) -> {
        ProcessState end = after.processes.get(name);
        System.out.println("endurance: " + cycles + " cycles, " + name
            + ", handles " + state.handles() + "->" + end.handles()
            + ", mappings " + state.mappings() + "->" + end.mappings()
            + ", threads " + state.threads() + "->" + end.threads()
            + ", private memory " + state.privateKib() + "->" + end.privateKib() + " KiB");
      });
      System.out.println("endurance: " + cycles + " cycles, all"
          + ", heap " + heap + "->" + after.heap + " KiB"
          + ", shared memory " + sharedKib + "->" + after.sharedKib + " KiB"
          + ", shared files " + sharedFiles + "->" + after.sharedFiles);
    }
  }
}
