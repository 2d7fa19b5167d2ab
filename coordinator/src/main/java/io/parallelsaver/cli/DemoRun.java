package io.parallelsaver.cli;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.Report;
import io.parallelsaver.RestoredArrays;
import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import io.parallelsaver.Verification;
import io.parallelsaver.array.HeapData;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.output.Durability;
import io.parallelsaver.pool.ProgressListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** The rounds of a demo: ours and NumPy's in turn, on the same arrays, each with fresh files. */
final class DemoRun implements AutoCloseable {
  /** No round begins that would not be done by then. */
  private static final long LONGEST_NANOS = 50_000_000_000L;

  private final DemoSize size;
  private final Path ours;
  private final Path theirs;
  private final Consumer<String> say;
  private final Saver durable;
  private final Saver relaxed;
  private final NumPyPeer numpy;
  private final NamedArrays arrays = NamedArrays.of();

  DemoRun(SaverOptions options, DemoSize size, Path directory, Consumer<String> say) {
    this.size = size;
    this.ours = directory.resolve("ours.npz");
    this.theirs = directory.resolve("numpy.npz");
    this.say = say;
    this.durable = Saver.open(options.withDurability(Durability.SYNC));
    this.relaxed = Saver.open(options.withDurability(Durability.NONE));
    this.numpy = NumPyPeer.start(size);
  }

  DemoResult rounds(int wanted) {
    long start = System.nanoTime();
    say.accept(Summary.count(size.count(), "float64 array") + ", " + ByteSize.text(size.bytes())
        + " in all, in " + ours.getParent());
    make();
    // Starts the workers, and touches the memory that all rounds use.
    say(0, round(new DemoResult(size, numpy)));
    DemoResult result = new DemoResult(size, numpy);
    for (int round = 1; round <= wanted; round++) {
      long begin = System.nanoTime();
      say(round, round(result));
      long end = System.nanoTime();
      if (round < wanted && end - start + (end - begin) > LONGEST_NANOS) {
        say.accept("no more rounds: this takes long enough");
        break;
      }
    }
    return result;
  }

  private void say(int round, DemoResult result) {
    double save = result.last(DemoResult.Step.SAVE_SYNC);
    double restore = result.last(DemoResult.Step.RESTORE);
    String name = round == 0 ? "warming up" : "round " + round;
    say.accept(String.format(
        Locale.ROOT,
        "%s: saved in %.2f s, restored in %.2f s, all values equal",
        name,
        save,
        restore));
  }

  private void make() {
    for (int k = 0; k < size.count(); k++) {
      double[] values = new double[size.elements()];
      for (int i = 0; i < values.length; i++) {
        values[i] = i * 0.1 + k;
      }
      arrays.and("array_" + k, values);
    }
  }

  private DemoResult round(DemoResult result) {
    Report saved = durable.save(ours, arrays);
    result.add(DemoResult.Step.SAVE_SYNC, saved.seconds(), numpy.seconds("sync", theirs));
    result.workers(saved.workers());
    // The last round's arrays are garbage by now; a full heap would be collected in the middle of
    // the measurement.
    System.gc();
    RestoredArrays restored = durable.restore(ours);
    result.add(DemoResult.Step.RESTORE, restored.report().seconds(), numpy.seconds("load", theirs));
    compare(restored);
    Verification found = Saver.await(durable.verify(ours, ProgressListener.NONE));
    if (!found.whole()) {
      throw new CorruptException(String.join("; ", found.damaged().values()));
    }
    result.add(DemoResult.Step.VERIFY, found.report().seconds(), Double.NaN);
    numpy.compare(ours);
    delete();
    result.add(
        DemoResult.Step.SAVE, relaxed.save(ours, arrays).seconds(), numpy.seconds("save", theirs));
    delete();
    return result;
  }

  /** A file that is there already is quicker to write again; nobody shall have one. */
  private void delete() {
    try {
      Files.deleteIfExists(ours);
      Files.deleteIfExists(theirs);
    } catch (IOException e) {
      throw new SaverException("cannot remove a file of the demo: " + e, e);
    }
  }

  /** Bit for bit. */
  private void compare(RestoredArrays restored) {
    for (Map.Entry<String, NDArray> entry : arrays.asMap().entrySet()) {
      double[] saved = values(entry.getValue());
      double[] found = values(restored.get(entry.getKey()));
      int different = Arrays.mismatch(saved, found);
      if (different >= 0) {
        throw new CorruptException(ours + ": array '" + entry.getKey() + "' differs at element "
            + different + " of " + saved.length + " from what was saved");
      }
    }
  }

  private static double[] values(NDArray array) {
    return array.data() instanceof HeapData heap && heap.array() instanceof double[] values
        ? values
        : array.toDoubles();
  }

  @Override
  public void close() {
    try (numpy;
        relaxed;
        durable) {
      delete();
    }
  }
}
