package io.parallelsaver.bench.growth;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.Report;
import io.parallelsaver.RestoredArrays;
import io.parallelsaver.Saver;
import io.parallelsaver.bench.BitForBit;
import io.parallelsaver.bench.Spread;
import io.parallelsaver.output.Durability;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Ever more arrays of 1 KiB. */
final class MemberGrowth implements Experiment {
  private static final int VALUES = 128;

  /** A prime, so that two arrays that changed places are seen; the others share these values, to leave room in the heap. */
  private static final int DISTINCT = 1009;

  private static final int WARM_UPS = 4;
  private static final int WARM_UP_MEMBERS = 10_000;
  private static final int MOST_RUNS = 7;
  private static final int LEAST_RUNS = 3;

  /** Members in all runs of a step together, at most, unless the least number of runs has more. */
  private static final int RUNS_MEMBERS = 300_000;

  /** What a member takes in an archive, about: 1 KiB, two headers and an entry of the directory. */
  private static final long FILE_BYTES = 1_400;

  private final Conditions conditions;
  private final RecycledPages pages;
  private final double[][] values = new double[DISTINCT][VALUES];

  MemberGrowth(Conditions conditions) {
    this.conditions = conditions;
    this.pages = new RecycledPages(conditions.file("recycled"));
    for (int k = 0; k < DISTINCT; k++) {
      for (int i = 0; i < VALUES; i++) {
        values[k][i] = i * 0.1 + k;
      }
    }
  }

  /** Seconds, and bytes of heap, of a save and a restore. */
  private record Run(double save, double saveHeap, double restore, double restoreHeap) {}

  /** Medians, for each member. */
  private record Step(
      int members, int runs, double save, double saveHeap, double restore, double restoreHeap) {
    static Step of(int members, List<Run> runs) {
      return new Step(
          members,
          runs.size(),
          each(members, runs, Run::save),
          each(members, runs, Run::saveHeap),
          each(members, runs, Run::restore),
          each(members, runs, Run::restoreHeap));
    }

    private static double each(int members, List<Run> runs, ToDoubleFunction<Run> what) {
      return Spread.of(runs.stream().mapToDouble(what).boxed().toList()).median() / members;
    }
  }

  @Override
  public Findings measure() {
    List<Step> steps = new ArrayList<>();
    try (Saver saver = conditions.saver(Durability.NONE)) {
      runs(saver, WARM_UP_MEMBERS, WARM_UPS);
      for (int members : conditions.extent().members) {
        int runs = Math.max(LEAST_RUNS, Math.min(MOST_RUNS, RUNS_MEMBERS / members));
        steps.add(Step.of(members, runs(saver, members, runs)));
      }
    }
    return findings(steps);
  }

  private List<Run> runs(Saver saver, int members, int count) {
    NamedArrays arrays = NamedArrays.of();
    for (int i = 0; i < members; i++) {
      arrays.and("array_" + i, values[i % DISTINCT]);
    }
    // The first grows the heap, and is not counted.
    run(saver, arrays);
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      runs.add(run(saver, arrays));
    }
    return runs;
  }

  private Run run(Saver saver, NamedArrays arrays) {
    Path file = conditions.file("members.npz");
    try {
      System.gc();
      pages.recycle(arrays.asMap().size() * FILE_BYTES);
      Measured<Report> saved = Measured.of(() -> saver.save(file, arrays));
      Measured<RestoredArrays> restored = Measured.of(() -> saver.restore(file));
      BitForBit.mustEqual(arrays.asMap(), restored.result(), file);
      return new Run(saved.seconds(), saved.heap(), restored.seconds(), restored.heap());
    } finally {
      Conditions.delete(file);
    }
  }

  private static Findings findings(List<Step> steps) {
    List<List<Object>> rows = new ArrayList<>();
    double steepest = 0;
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      double save = i == 0 ? Double.NaN : step.save / steps.get(i - 1).save;
      double restore = i == 0 ? Double.NaN : step.restore / steps.get(i - 1).restore;
      steepest = i == 0 ? 0 : Math.max(steepest, Math.max(save, restore));
      rows.add(List.of(
          step.members,
          step.runs,
          step.save * 1e6,
          save,
          step.restore * 1e6,
          restore,
          step.saveHeap,
          step.restoreHeap));
    }
    return new Findings(
        "Members: arrays of 1 KiB, durability none, " + Conditions.WORKERS + " warm workers",
        List.of(
            Column.count("members", "members"),
            Column.count("runs", "runs"),
            Column.number("save_us_per_member", "save µs each", "%.2f"),
            Column.number("save_ratio", "to the step before", "%.2f"),
            Column.number("restore_us_per_member", "restore µs each", "%.2f"),
            Column.number("restore_ratio", "to the step before", "%.2f"),
            Column.number("save_heap_per_member", "save heap B each", "%.0f"),
            Column.number("restore_heap_per_member", "restore heap B each", "%.0f")),
        rows,
        List.of(
            Findings.steepest(steepest),
            "Heap: the coordinator's peak during the call less what was in use before, garbage and restored arrays included. Medians of runs."));
  }
}
