package io.parallelsaver.bench.growth;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.bench.Spread;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.npz.NpzPlan;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.shards.IndexHead;
import io.parallelsaver.shards.IndexReader;
import io.parallelsaver.shards.IndexWriter;
import io.parallelsaver.shards.Part;
import io.parallelsaver.shards.Shard;
import io.parallelsaver.shards.ShardIndex;
import io.parallelsaver.shards.ShardPlan.Slice;
import io.parallelsaver.shards.ShardedArray;
import io.parallelsaver.shards.Sharding;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;

/** Ever more arrays in ever more shards: what planning a set takes, and writing and reading its index. No array has any bytes written. */
final class IndexGrowth implements Experiment {
  private static final int ARRAYS_IN_A_SHARD = 100;
  private static final ArraySpec SPEC = ArraySpec.of(DType.FLOAT32, 4096, 1024);
  private static final int WARM_UPS = 5;
  private static final int MOST_RUNS = 5;
  private static final int RUNS_MEMBERS = 500_000;

  private final Conditions conditions;

  IndexGrowth(Conditions conditions) {
    this.conditions = conditions;
  }

  /** Seconds; bytes of heap while streaming, and of the file. */
  private record Run(
      double plan, double write, double stream, double load, double heap, double bytes) {}

  @Override
  public Findings measure() {
    for (int i = 0; i < WARM_UPS; i++) {
      run(10_000);
    }
    List<List<Object>> rows = new ArrayList<>();
    double steepest = 0;
    double before = Double.NaN;
    for (int members : conditions.extent().members) {
      List<Run> runs = new ArrayList<>();
      for (int i = 0; i < Math.max(1, Math.min(MOST_RUNS, RUNS_MEMBERS / members)); i++) {
        runs.add(run(members));
      }
      double all = each(members, runs, run -> run.plan() + run.write() + run.stream() + run.load());
      steepest = Double.isNaN(before) ? 0 : Math.max(steepest, all / before);
      rows.add(List.of(
          members,
          members / ARRAYS_IN_A_SHARD,
          each(members, runs, Run::plan) * 1e6,
          each(members, runs, Run::write) * 1e6,
          each(members, runs, Run::stream) * 1e6,
          all / before,
          each(members, runs, Run::load) * 1e6,
          each(members, runs, Run::heap),
          each(members, runs, Run::bytes)));
      before = all;
    }
    return findings(rows, steepest);
  }

  private static double each(int members, List<Run> runs, ToDoubleFunction<Run> what) {
    return Spread.of(runs.stream().mapToDouble(what).boxed().toList()).median() / members;
  }

  private Run run(int members) {
    Path file = conditions.file("growth.npz" + ShardIndex.SUFFIX);
    Map<String, ArraySpec> arrays = new LinkedHashMap<>();
    for (int i = 0; i < members; i++) {
      arrays.put("layers." + i + ".weight", SPEC);
    }
    List<Shard> shards = new ArrayList<>();
    try {
      Measured<List<ShardedArray>> plan = Measured.of(() -> plan(file, arrays, shards));
      IndexHead head = new IndexHead(members * SPEC.byteSize(), Optional.of("growth"), shards);
      Measured<Path> written = Measured.of(() -> write(file, head, plan.result()));
      AtomicLong seen = new AtomicLong();
      Measured<IndexHead> streamed =
          Measured.of(() -> IndexReader.read(file, array -> seen.incrementAndGet()));
      Measured<ShardIndex> loaded = Measured.of(() -> ShardIndex.read(file));
      if (seen.get() != members
          || !List.copyOf(loaded.result().arrays().values()).equals(plan.result())) {
        throw new SaverException(file + ": what was read is not what was written");
      }
      return new Run(
          plan.seconds(),
          written.seconds(),
          streamed.seconds(),
          loaded.seconds(),
          streamed.heap(),
          Files.size(file));
    } catch (IOException e) {
      throw new SaverException("cannot measure " + file + ": " + e, e);
    } finally {
      Conditions.delete(file);
    }
  }

  private static List<ShardedArray> plan(
      Path index, Map<String, ArraySpec> arrays, List<Shard> shards) {
    int count = arrays.size() / ARRAYS_IN_A_SHARD;
    List<ShardedArray> placed = new ArrayList<>(arrays.size());
    for (List<Slice> slices : Sharding.ofCount(count).plan(arrays).shards()) {
      Map<String, ArraySpec> members = new LinkedHashMap<>();
      slices.forEach(slice -> members.put(slice.member(), slice.spec()));
      NpzPlan archive = NpzPlan.of(members, Profile.ALIGNED);
      for (NpzPlan.Member member : archive.members()) {
        Part part = new Part(
            shards.size(),
            member.key(),
            member.localOffset(),
            member.memberOffset(),
            member.dataOffset(),
            member.spec().byteSize(),
            placed.size(),
            member.spec().shape()[0]);
        placed.add(new ShardedArray(member.key(), member.spec(), List.of(part)));
      }
      shards.add(
          new Shard(ShardIndex.shardName(index, shards.size() + 1, count), archive.fileSize()));
    }
    return placed;
  }

  private static Path write(Path file, IndexHead head, List<ShardedArray> arrays) {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      IndexWriter.write(out, head, arrays);
      return file;
    } catch (IOException e) {
      throw new SaverException("cannot write " + file + ": " + e, e);
    }
  }

  private static Findings findings(List<List<Object>> rows, double steepest) {
    return new Findings(
        "Index: arrays of a sharded set, " + ARRAYS_IN_A_SHARD + " in each shard",
        List.of(
            Column.count("arrays", "arrays"),
            Column.count("shards", "shards"),
            Column.number("plan_us_per_array", "plan µs each", "%.2f"),
            Column.number("write_us_per_array", "write µs each", "%.2f"),
            Column.number("stream_us_per_array", "stream µs each", "%.2f"),
            Column.number("step_ratio", "these, to the step before", "%.2f"),
            Column.number("load_us_per_array", "load µs each", "%.2f"),
            Column.number("stream_heap_per_array", "stream heap B each", "%.0f"),
            Column.number("index_bytes_per_array", "index B each", "%.0f")),
        rows,
        List.of(
            Findings.steepest(steepest),
            "Stream: the index is read and checked from beginning to end, and each array given away. Load: all are kept. Heap includes"
                + " garbage. Medians of runs."));
  }
}
