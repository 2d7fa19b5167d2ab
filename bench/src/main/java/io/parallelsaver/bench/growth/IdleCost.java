package io.parallelsaver.bench.growth;

import io.parallelsaver.Saver;
import io.parallelsaver.bench.CpuTime;
import io.parallelsaver.output.Durability;
import java.nio.file.Path;
import java.util.List;

/** What workers use while there is nothing to do. */
final class IdleCost implements Experiment {
  private final Conditions conditions;

  IdleCost(Conditions conditions) {
    this.conditions = conditions;
  }

  @Override
  public Findings measure() {
    Path file = conditions.file("idle.npz");
    double seconds;
    double cpu;
    try (Saver saver = conditions.saver(Durability.NONE)) {
      saver.save(file, Conditions.javaArrays(64 << 20));
      List<Long> workers = saver.workerPids();
      long start = System.nanoTime();
      CpuTime before = CpuTime.of(workers);
      Conditions.pause(conditions.extent().idleness);
      cpu = CpuTime.of(workers).since(before).workers();
      seconds = (System.nanoTime() - start) / 1e9;
    } finally {
      Conditions.delete(file);
    }
    return new Findings(
        "Idle: all workers together, after a save",
        List.of(
            Column.count("workers", "workers"),
            Column.number("seconds", "seconds", "%.1f"),
            Column.number("cpu_s", "CPU s", "%.2f"),
            Column.number("percent_of_core", "% of a core", "%.2f")),
        List.of(List.of(Conditions.WORKERS, seconds, cpu, 100 * cpu / seconds)),
        List.of("The kernel counts in 0.01 s."));
  }
}
