package io.parallelsaver.bench.growth;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.Saver;
import io.parallelsaver.SharedArray;
import io.parallelsaver.SharedArrays;
import io.parallelsaver.array.DType;
import io.parallelsaver.bench.BitForBit;
import io.parallelsaver.bench.CpuTime;
import io.parallelsaver.output.Durability;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.stored.Format;
import io.parallelsaver.stored.StoredArrays;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What it costs the coordinator to keep workers busy, and so how many it can. */
final class CoordinatorCost implements Experiment {
  private static final double GIB = 1 << 30;
  private static final int RUNS = 3;
  private static final int AIM = 64;

  /** A saver has no more, however many workers. */
  private static final int MOST_COPIERS = 8;

  private final Conditions conditions;
  private final long bytes;
  private final NamedArrays arrays;
  private final Path archive;

  CoordinatorCost(Conditions conditions) {
    this.conditions = conditions;
    this.bytes = conditions.extent().bytes.get(0);
    this.arrays = Conditions.javaArrays(bytes);
    this.archive = conditions.file("coordinator.npz");
  }

  /**
   * Processor time up to now, or in between.
   *
   * @param feeder the thread that gives jobs out and takes receipts
   * @param copiers the threads that stage Java arrays
   * @param processes all of this JVM, and all of the workers
   */
  private record Cpu(ThreadCpu feeder, ThreadCpu copiers, CpuTime processes) {
    static Cpu now(List<Long> workers) {
      return new Cpu(
          ThreadCpu.of("parallel-saver-calls"),
          ThreadCpu.of("parallel-saver-copier"),
          CpuTime.of(workers));
    }

    Cpu since(Cpu earlier) {
      return new Cpu(
          feeder.since(earlier.feeder),
          copiers.since(earlier.copiers),
          processes.since(earlier.processes));
    }
  }

  @Override
  public Findings measure() {
    List<List<Object>> rows = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    try (Saver saver = conditions.saver(Durability.NONE)) {
      measure(saver, "save Java arrays", () -> save(saver, arrays), rows, notes);
      saveShared(saver, rows, notes);
      saveFiles(saver, rows, notes);
      saver.save(archive, arrays);
      measure(saver, "restore shared", () -> restoreShared(saver), rows, notes);
    } finally {
      Conditions.delete(archive);
    }
    notes.add(
        "The feeding thread's time includes its pauses, and looking in vain before each: one that more workers keep busy pauses less, and feeds more than this.");
    return new Findings(
        "Coordinator: processor time per GiB, durability none",
        List.of(
            Column.words("work", "work"),
            Column.number("feeder_s_per_gib", "feeding thread s/GiB", "%.4f"),
            Column.number("pauses_per_gib", "its pauses/GiB", "%.0f"),
            Column.number("copiers_s_per_gib", "copiers s/GiB", "%.4f"),
            Column.number("other_s_per_gib", "other s/GiB", "%.4f"),
            Column.number("workers_s_per_gib", "workers s/GiB", "%.3f"),
            Column.number("workers_fed", "workers fed", "%.0f")),
        rows,
        notes);
  }

  private void save(Saver saver, NamedArrays what) {
    Conditions.delete(archive);
    saver.save(archive, what);
  }

  private void saveShared(Saver saver, List<List<Object>> rows, List<String> notes) {
    NamedArrays shared = NamedArrays.of();
    List<SharedArray> memory = new ArrayList<>();
    try {
      arrays.asMap().forEach((name, array) -> {
        SharedArray each = saver.allocate(DType.FLOAT64, array.spec().shape());
        memory.add(each);
        array.data().read(0, each.buffer());
        shared.and(name, each.array());
      });
      measure(saver, "save shared arrays", () -> save(saver, shared), rows, notes);
    } finally {
      memory.forEach(SharedArray::close);
    }
  }

  private void saveFiles(Saver saver, List<List<Object>> rows, List<String> notes) {
    Path directory = conditions.file("npy");
    try {
      Saver.await(saver.saveAsync(directory, arrays, Format.NPY, ProgressListener.NONE));
      try (StoredArrays stored = StoredArrays.open(directory)) {
        NamedArrays files = NamedArrays.of(stored.all());
        measure(saver, "save .npy files", () -> save(saver, files), rows, notes);
      }
    } finally {
      Conditions.delete(directory);
    }
  }

  private void restoreShared(Saver saver) {
    Saver.await(saver.restoreShared(archive, null, ProgressListener.NONE)).close();
  }

  private void measure(
      Saver saver, String work, Runnable call, List<List<Object>> rows, List<String> notes) {
    List<Long> workers = saver.workerPids();
    call.run();
    Cpu before = Cpu.now(workers);
    for (int i = 0; i < RUNS; i++) {
      call.run();
    }
    Cpu used = Cpu.now(workers).since(before);
    checkArchive(saver);
    double gib = RUNS * bytes / GIB;
    double feeder = used.feeder.seconds() / gib;
    double copiers = used.copiers.seconds() / gib;
    double worker = used.processes.workers() / gib;
    double other = Math.max(0, used.processes.coordinator() / gib - feeder - copiers);
    double fed = worker / feeder;
    rows.add(List.of(work, feeder, used.feeder.waits() / gib, copiers, other, worker, fed));
    notes.add(String.format(
        Locale.ROOT,
        "%s: at %.4f s/GiB the feeding thread feeds %.1f GiB/s; a worker that never waits takes %.2f GiB/s (1 / %.3f s); that is %.0f workers: %s %d.",
        work,
        feeder,
        1 / feeder,
        1 / worker,
        worker,
        fed,
        fed >= AIM ? "at least" : "less than",
        AIM));
    if (copiers > feeder) {
      notes.add(String.format(
          Locale.ROOT,
          "  But its %d copiers, at %.3f s/GiB, stage no more than %.1f GiB/s: %.0f workers.",
          MOST_COPIERS,
          copiers,
          MOST_COPIERS / copiers,
          MOST_COPIERS * worker / copiers));
    }
  }

  private void checkArchive(Saver saver) {
    try (SharedArrays restored =
        Saver.await(saver.restoreShared(archive, null, ProgressListener.NONE))) {
      BitForBit.mustEqual(arrays.asMap(), restored, archive);
    }
  }
}
