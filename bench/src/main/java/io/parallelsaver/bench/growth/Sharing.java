package io.parallelsaver.bench.growth;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.Saver;
import io.parallelsaver.bench.BitForBit;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.output.Durability;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.resident.PoolDirectory;
import io.parallelsaver.worker.ResidentWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Several coordinators on one pool of resident workers: what they do together, and how evenly. The workers are in this process, as the
 * coordinators are: who takes turns with whom is the same, and no JVM's start is measured.
 */
final class Sharing implements Experiment {
  private static final List<Integer> COORDINATORS = List.of(1, 2, 4);
  private static final int SAVES = 4;

  private final Conditions conditions;

  Sharing(Conditions conditions) {
    this.conditions = conditions;
  }

  @Override
  public Findings measure() {
    Path directory = conditions.file("pool");
    List<List<Object>> rows = new ArrayList<>();
    List<ResidentWorker> workers = new ArrayList<>();
    try {
      Files.createDirectory(directory);
      for (int i = 0; i < Conditions.WORKERS; i++) {
        workers.add(start(new PoolDirectory(directory), "worker-" + i));
      }
      for (int coordinators : COORDINATORS) {
        rows.add(row(directory, coordinators));
      }
    } catch (IOException e) {
      throw new SaverException("cannot make " + directory + ": " + e, e);
    } finally {
      workers.forEach(Sharing::end);
      Conditions.delete(directory);
    }
    return new Findings(
        "Sharing: coordinators on one pool of resident workers, each " + SAVES
            + " saves of Java arrays, durability none",
        List.of(
            Column.count("coordinators", "coordinators"),
            Column.bytes("bytes", "bytes"),
            Column.number("seconds", "seconds", "%.3f"),
            Column.number("gib_per_second", "GiB/s", "%.2f"),
            Column.number("fairness", "first by last", "%.2f")),
        rows,
        List.of(
            "First by last: the time after which the first coordinator was done with all of its saves by that of the last; 1 is fair.",
            "What each has saved is restored and compared."));
  }

  private static ResidentWorker start(PoolDirectory pool, String name) {
    ResidentWorker worker = ResidentWorker.named(pool, name);
    if (!worker.listen()) {
      throw new IllegalStateException("closed before it was used");
    }
    Thread thread = new Thread(worker::serve, name);
    thread.setDaemon(true);
    thread.start();
    return worker;
  }

  private static void end(ResidentWorker worker) {
    worker.leave(5);
    worker.close();
  }

  private List<Object> row(Path pool, int coordinators) {
    long bytes = conditions.extent().bytes.get(0) / 16;
    List<Saver> savers = new ArrayList<>();
    List<NamedArrays> arrays = new ArrayList<>();
    try {
      for (int i = 0; i < coordinators; i++) {
        savers.add(Saver.open(conditions
                .options()
                .withDurability(Durability.NONE)
                .withResidents(pool, false)
                .withLocalBytes(0))
            .awaitReady());
        arrays.add(Conditions.javaArrays(bytes).and("whose", i));
      }
      all(savers, arrays);
      List<Double> ends = all(savers, arrays);
      for (int i = 0; i < coordinators; i++) {
        Path file = file(i);
        BitForBit.mustEqual(arrays.get(i).asMap(), savers.get(i).restore(file), file);
      }
      double last = Collections.max(ends);
      double total = (double) bytes * SAVES * coordinators;
      return List.of(
          coordinators, (long) total, last, total / last / (1 << 30), Collections.min(ends) / last);
    } finally {
      savers.forEach(Saver::close);
      for (int i = 0; i < coordinators; i++) {
        Conditions.delete(file(i));
      }
    }
  }

  private Path file(int coordinator) {
    return conditions.file("sharing-" + coordinator + ".npz");
  }

  /** Seconds after which each was done. */
  private List<Double> all(List<Saver> savers, List<NamedArrays> arrays) {
    long start = System.nanoTime();
    List<CompletableFuture<Double>> lasts = new ArrayList<>();
    for (int i = 0; i < savers.size(); i++) {
      for (int save = 1; save < SAVES; save++) {
        savers.get(i).saveAsync(file(i), arrays.get(i), ProgressListener.NONE);
      }
      lasts.add(savers
          .get(i)
          .saveAsync(file(i), arrays.get(i), ProgressListener.NONE)
          .thenApply(report -> (System.nanoTime() - start) / 1e9));
    }
    return lasts.stream().map(Saver::await).toList();
  }
}
