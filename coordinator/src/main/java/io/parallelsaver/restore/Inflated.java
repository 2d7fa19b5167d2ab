package io.parallelsaver.restore;

import io.parallelsaver.array.FileData;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.Region;
import io.parallelsaver.job.JobFile.Mode;
import io.parallelsaver.npz.DeflatedData;
import io.parallelsaver.output.Durability;
import io.parallelsaver.output.OutputFile;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerPool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Arrays of which none is deflated any more: the workers have inflated those that were, each with its CRC-32 checked, into one scratch
 * file beside the target. Saving them then moves bytes from file to file. Closing removes the scratch file.
 */
public final class Inflated implements AutoCloseable {
  private final Map<String, NDArray> arrays;
  private final OutputFile scratch;

  private Inflated(Map<String, NDArray> arrays, OutputFile scratch) {
    this.arrays = arrays;
    this.scratch = scratch;
  }

  /**
   * Inflates what is deflated, if anything is.
   *
   * @param target what the arrays will be saved to
   * @throws io.parallelsaver.error.SaverException if there is no room for the inflated bytes, or an array is damaged
   */
  public static Inflated of(WorkerPool pool, Map<String, NDArray> arrays, Path target) {
    Map<String, NDArray> deflated = new LinkedHashMap<>();
    arrays.forEach((key, array) -> {
      if (array.data() instanceof DeflatedData) {
        deflated.put(key, array);
      }
    });
    if (deflated.isEmpty()) {
      return new Inflated(arrays, null);
    }
    long bytes = deflated.values().stream()
        .mapToLong(array -> array.spec().byteSize() + Layout.ALIGNMENT)
        .sum();
    long call = pool.newCall();
    OutputFile scratch =
        OutputFile.prepare(pool.run(), call, beside(target), bytes, Durability.NONE);
    try {
      Layout layout = new Layout();
      deflated.forEach(layout::add);
      ReadFeed feed = new ReadFeed(
          call,
          layout.files(Mode.WRITE, scratch.path()),
          layout.readings(),
          pool.options(),
          ReadListener.STRICT,
          ProgressListener.NONE);
      pool.execute(call, feed);
      Map<String, NDArray> inflated = new LinkedHashMap<>(arrays);
      layout.places.forEach((key, place) -> {
        Region where = new Region(scratch.path(), place.offset, place.spec.byteSize());
        inflated.put(key, NDArray.of(place.spec, new FileData(where)));
      });
      return new Inflated(inflated, scratch);
    } catch (RuntimeException | Error e) {
      scratch.rollback(e);
      throw e;
    }
  }

  /** A name in the target's folder, or in the nearest one that there is. */
  private static Path beside(Path target) {
    Path place = target.toAbsolutePath().normalize();
    while (place.getParent() != null && !Files.isDirectory(place.getParent())) {
      place = place.getParent();
    }
    return place.resolveSibling(place.getFileName() + ".inflated");
  }

  /** The arrays, in their order. */
  public Map<String, NDArray> arrays() {
    return arrays;
  }

  @Override
  public void close() {
    if (scratch != null) {
      scratch.rollback(new IllegalStateException("scratch file"));
    }
  }
}
