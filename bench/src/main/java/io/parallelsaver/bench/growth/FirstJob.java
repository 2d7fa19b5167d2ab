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
import java.util.concurrent.atomic.AtomicLong;

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
            Column.number("written_median_ms", "written: median ms", "%.2f"),
            Column.number("written_p99_ms", "p99 ms", "%.2f"),
            Column.number("median_ms", "whole save: median ms", "%.2f"),
            Column.number("p99_ms", "p99 ms", "%.2f"),
            Column.number("max_ms", "most ms", "%.2f")),
        rows,
        List.of(
            "Written: the coordinator has heard from a worker that all bytes of the array are written; the first was earlier than that."));
  }

  private List<Object> row(Saver saver, NamedArrays arrays, Pauses pauses) {
    double[] written = new double[pauses.times()];
    double[] whole = new double[pauses.times()];
    for (int i = 0; i < whole.length; i++) {
      Conditions.pause(pauses.length());
      Millis millis = save(saver, arrays);
      written[i] = millis.written;
      whole[i] = millis.whole;
    }
    Arrays.sort(written);
    Arrays.sort(whole);
    return List.of(
        pauses.length().toMillis() / 1e3,
        whole.length,
        percentile(written, 50),
        percentile(written, 99),
        percentile(whole, 50),
        percentile(whole, 99),
        whole[whole.length - 1]);
  }

  /** From the call on. */
  private record Millis(double written, double whole) {}

  private Millis save(Saver saver, NamedArrays arrays) {
    Conditions.delete(file);
    AtomicLong written = new AtomicLong();
    long start = System.nanoTime();
    Saver.await(saver.saveAsync(file, arrays, (done, total) -> {
      if (done == total) {
        written.compareAndSet(0, System.nanoTime());
      }
    }));
    long end = System.nanoTime();
    return new Millis((written.get() - start) / 1e6, (end - start) / 1e6);
  }

  /** The least value that so many percent of all do not exceed. */
  static double percentile(double[] sorted, int percent) {
    return sorted[(sorted.length * percent + 99) / 100 - 1];
  }
}
