package io.parallelsaver.bench.growth;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.Report;
import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import io.parallelsaver.SharedArray;
import io.parallelsaver.SharedArrays;
import io.parallelsaver.array.DType;
import io.parallelsaver.bench.BitForBit;
import io.parallelsaver.bench.CpuTime;
import io.parallelsaver.output.Durability;
import io.parallelsaver.pool.PoolOptions;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerShare;
import io.parallelsaver.stored.Format;
import io.parallelsaver.stored.StoredArrays;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What it costs the coordinator to keep workers busy, and so how many it can. */
final class CoordinatorCost implements Experiment {
  private static final double GIB = 1 << 30;
  private static final int RUNS = 5;
  private static final int WARM_UP_RUNS = 3;
  private static final int SMALL_CHUNK = 64 << 10;

  /** Less than this cannot be told from the spread of what pauses cost. */
  private static final double LEAST_JOB = 10e-6;

  static final String FEEDER = "parallel-saver-calls";
  private static final int AIM = 64;

  /** What 64 workers would be given to do: jobs are as large as they get. */
  private static final long MUCH = 1L << 40;

  /** A saver has no more, however many workers. */
  private static final int MOST_COPIERS = 8;

  private final Conditions conditions;
  private final PoolOptions many;
  private final long bytes;
  private final NamedArrays arrays;
  private final Path archive;

  CoordinatorCost(Conditions conditions) {
    this.conditions = conditions;
    this.many = conditions.options().pool().withWorkers(AIM);
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
          ThreadCpu.of(FEEDER), ThreadCpu.of("parallel-saver-copier"), CpuTime.of(workers));
    }

    Cpu since(Cpu earlier) {
      return new Cpu(
          feeder.since(earlier.feeder),
          copiers.since(earlier.copiers),
          processes.since(earlier.processes));
    }
  }

  /**
   * What the runs of a call took, for each GiB.
   *
   * @param feeder seconds of the thread that feeds
   * @param pauses how often it paused
   */
  private record Usage(
      double jobs, double feeder, double pauses, double copiers, double other, double workers) {
    /** Seconds of feeding alone. */
    double feeding(double pause) {
      return feeder - pauses * pause;
    }
  }

  @Override
  public Findings measure() {
    List<List<Object>> rows = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    SaverOptions options = conditions.options().withDurability(Durability.NONE);
    PoolOptions smallJobs = options.pool().withChunkSize(SMALL_CHUNK);
    try (Saver saver = Saver.open(options).awaitReady();
        Saver small = Saver.open(options.withPool(smallJobs)).awaitReady()) {
      Comparison comparison =
          new Comparison(saver, small, PauseCost.of(saver, conditions, bytes), rows, notes);
      comparison.row("save Java arrays", many.chunkSize(), by -> save(by, arrays));
      saveShared(comparison);
      saveFiles(comparison);
      saver.save(archive, arrays);
      comparison.row("restore shared", many.regionSize(MUCH), this::restoreShared);
      notes.add(String.format(
          Locale.ROOT,
          "A pause, with looking in vain before it, takes the feeding thread %.1f us. A job costs it, 10 us at least, what it needs, without its pauses, for one more of the same bytes: 64 KiB are staged for a job, or 1 MiB named, instead of 4 and 16 MiB. Jobs of 64 workers that have much to do are of 64 MiB where nothing is staged, of 4 MiB else.",
          comparison.pause * 1e6));
    } finally {
      Conditions.delete(archive);
    }
    return new Findings(
        "Coordinator: processor time per GiB, durability none",
        List.of(
            Column.words("work", "work"),
            Column.number("feeder_s_per_gib", "feeding thread s/GiB", "%.4f"),
            Column.number("pauses_per_gib", "its pauses/GiB", "%.0f"),
            Column.number("jobs_per_gib", "jobs/GiB", "%.0f"),
            Column.number("job_us", "a job us", "%.1f"),
            Column.number("copiers_s_per_gib", "copiers s/GiB", "%.4f"),
            Column.number("other_s_per_gib", "other s/GiB", "%.4f"),
            Column.number("workers_s_per_gib", "workers s/GiB", "%.3f"),
            Column.number("workers_fed", "workers fed", "%.0f")),
        rows,
        notes);
  }

  private Report save(Saver saver, NamedArrays what) {
    Conditions.delete(archive);
    return saver.save(archive, what);
  }

  private void saveShared(Comparison comparison) {
    NamedArrays shared = NamedArrays.of();
    List<SharedArray> memory = new ArrayList<>();
    try {
      arrays.asMap().forEach((name, array) -> {
        SharedArray each = comparison.saver.allocate(DType.FLOAT64, array.spec().shape());
        memory.add(each);
        array.data().read(0, each.buffer());
        shared.and(name, each.array());
      });
      comparison.row("save shared arrays", many.regionSize(MUCH), by -> save(by, shared));
    } finally {
      memory.forEach(SharedArray::close);
    }
  }

  private void saveFiles(Comparison comparison) {
    Path directory = conditions.file("npy");
    try {
      Saver.await(comparison.saver.saveAsync(directory, arrays, Format.NPY, ProgressListener.NONE));
      try (StoredArrays stored = StoredArrays.open(directory)) {
        NamedArrays files = NamedArrays.of(stored.all());
        comparison.row("save .npy files", many.regionSize(MUCH), by -> save(by, files));
      }
    } finally {
      Conditions.delete(directory);
    }
  }

  private Report restoreShared(Saver saver) {
    return restore(saver, archive);
  }

  static Report restore(Saver saver, Path file) {
    try (SharedArrays restored =
        Saver.await(saver.restoreShared(file, null, ProgressListener.NONE))) {
      return restored.report();
    }
  }

  /** Calls with jobs of the usual size and with small ones, and what one job more costs. */
  private final class Comparison {
    final Saver saver;
    private final Saver small;
    private final double pause;
    private final List<List<Object>> rows;
    private final List<String> notes;

    Comparison(
        Saver saver, Saver small, double pause, List<List<Object>> rows, List<String> notes) {
      this.saver = saver;
      this.small = small;
      this.pause = pause;
      this.rows = rows;
      this.notes = notes;
    }

    /**
     * @param jobSize bytes of a job when 64 workers have much to do
     */
    void row(String work, int jobSize, Function<Saver, Report> call) {
      Usage more = runs(small, call);
      Usage usual = runs(saver, call);
      checkArchive();
      double told = (more.feeding(pause) - usual.feeding(pause)) / (more.jobs - usual.jobs);
      double cost = Math.max(told, LEAST_JOB);
      double feeding = cost * GIB / jobSize;
      double fed = usual.workers / feeding;
      rows.add(List.of(
          work,
          usual.feeder,
          usual.pauses,
          usual.jobs,
          cost * 1e6,
          usual.copiers,
          usual.other,
          usual.workers,
          fed));
      notes.add(String.format(
          Locale.ROOT,
          "%s: at %.1f us for a job of %d MiB the feeding thread needs %.4f s/GiB and feeds %.0f GiB/s; a worker that never waits takes %.2f GiB/s (1 / %.3f s); that is %.0f workers: %s %d.",
          work,
          cost * 1e6,
          jobSize >> 20,
          feeding,
          1 / feeding,
          1 / usual.workers,
          usual.workers,
          fed,
          fed >= AIM ? "at least" : "less than",
          AIM));
      if (jobSize == many.chunkSize()) {
        notes.add(String.format(
            Locale.ROOT,
            "  Its %d copiers, at %.3f s/GiB, stage no more than %.1f GiB/s: %.0f workers.",
            MOST_COPIERS,
            usual.copiers,
            MOST_COPIERS / usual.copiers,
            MOST_COPIERS * usual.workers / usual.copiers));
      }
    }

    private Usage runs(Saver by, Function<Saver, Report> call) {
      List<Long> workers = by.workerPids();
      for (int i = 0; i < WARM_UP_RUNS; i++) {
        call.apply(by);
      }
      long jobs = 0;
      Cpu before = Cpu.now(workers);
      for (int i = 0; i < RUNS; i++) {
        jobs += call.apply(by).workers().stream().mapToLong(WorkerShare::jobs).sum();
      }
      Cpu used = Cpu.now(workers).since(before);
      double gib = RUNS * bytes / GIB;
      double feeder = used.feeder.seconds() / gib;
      double copiers = used.copiers.seconds() / gib;
      double other = used.processes.coordinator() / gib - feeder - copiers;
      return new Usage(
          jobs / gib,
          feeder,
          used.feeder.waits() / gib,
          copiers,
          Math.max(0, other),
          used.processes.workers() / gib);
    }

    private void checkArchive() {
      try (SharedArrays restored =
          Saver.await(saver.restoreShared(archive, null, ProgressListener.NONE))) {
        BitForBit.mustEqual(arrays.asMap(), restored, archive);
      }
    }
  }
}
