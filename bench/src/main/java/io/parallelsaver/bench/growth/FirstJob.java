package io.parallelsaver.bench.growth;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.Saver;
import io.parallelsaver.SharedArray;
import io.parallelsaver.array.DType;
import io.parallelsaver.bench.BitForBit;
import io.parallelsaver.bench.growth.Extent.Pauses;
import io.parallelsaver.output.Durability;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How long a small save takes when the workers have been idle. */
final class FirstJob implements Experiment {
  private static final int BYTES = 64 << 10;
  private static final int WARM_UPS = 20;

  private final Conditions conditions;
  private final Path file;

  FirstJob(Conditions conditions) {
    this.conditions = conditions;
    this.file = conditions.file("first.npz");
  }

  @Override
  public Findings measure() {
    List<List<Object>> rows = new ArrayList<>();
    try (Saver saver = conditions.saver(Durability.NONE);
        SharedArray array = saver.allocate(DType.FLOAT64, BYTES / Double.BYTES)) {
      ByteBuffer bytes = array.buffer();
      while (bytes.hasRemaining()) {
        bytes.putDouble(bytes.position() * 0.1);
      }
      NamedArrays arrays = NamedArrays.of(array.array());
      for (int i = 0; i < WARM_UPS; i++) {
        save(saver, arrays);
      }
      for (Pauses pauses : conditions.extent().pauses) {
        rows.add(row(saver, arrays, pauses));
      }
      BitForBit.mustEqual(arrays.asMap(), saver.restore(file), file);
    } finally {
      Conditions.delete(file);
    }
    return new Findings(
        "First job: one array of 64 KiB in shared memory, durability none, workers up",
        List.of(
            Column.number("pause_s", "pause s", "%.1f"),
            Column.count("times", "times"),
            Column.number("median_ms", "median ms", "%.2f"),
            Column.number("p99_ms", "p99 ms", "%.2f"),
            Column.number("max_ms", "most ms", "%.2f")),
        rows,
        List.of("The whole save: its first byte was written earlier than that."));
  }

  private List<Object> row(Saver saver, NamedArrays arrays, Pauses pauses) {
    double[] millis = new double[pauses.times()];
    for (int i = 0; i < millis.length; i++) {
      Conditions.pause(pauses.length());
      millis[i] = save(saver, arrays) * 1e3;
    }
    Arrays.sort(millis);
    return List.of(
        pauses.length().toMillis() / 1e3,
        millis.length,
        percentile(millis, 50),
        percentile(millis, 99),
        millis[millis.length - 1]);
  }

  private double save(Saver saver, NamedArrays arrays) {
    Conditions.delete(file);
    long start = System.nanoTime();
    saver.save(file, arrays);
    return (System.nanoTime() - start) / 1e9;
  }

  /** The least value that so many percent of all do not exceed. */
  static double percentile(double[] sorted, int percent) {
    return sorted[(sorted.length * percent + 99) / 100 - 1];
  }
}
