package io.parallelsaver.restore;

import io.parallelsaver.array.HeapData;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.pool.WorkerShare;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Restores arrays into this JVM: workers fill the one shared block, then the arrays are copied out of it. */
public final class BlockRestore {
  private BlockRestore() {}

  /**
   * What was restored.
   *
   * @param arrays arrays by key, in the archive's order
   * @param offsets where each array begins in the block; empty if they were copied out of it
   * @param bytes bytes of all arrays
   * @param workers what each worker did
   */
  public record Result(
      Map<String, NDArray> arrays,
      Map<String, Long> offsets,
      long bytes,
      List<WorkerShare> workers) {}

  /**
   * Restores and returns when all arrays are here, each with its CRC-32 checked if it is known. They are Java arrays if all of them take
   * at most half of this JVM's largest heap and none is larger than a Java array can be; else they are views of the block, which then is theirs alone and goes when the last of them
   * does.
   *
   * @param source what they stand in, for messages
   * @param stored arrays by key; those that stand in files as they are, or deflated, are read by the workers, others here
   * @param threads copy out
   * @throws io.parallelsaver.error.SaverException if any array cannot be restored
   */
  public static Result run(
      WorkerPool pool,
      Path source,
      Map<String, NDArray> stored,
      SharedBlock block,
      Executor threads,
      ProgressListener progress) {
    Layout layout = layout(stored);
    if (layout.length > Runtime.getRuntime().maxMemory() / 2
        || !layout.places.values().stream().allMatch(place -> HeapData.fits(place.spec))) {
      // A block of its own, which no worker has mapped: its memory goes with the last view.
      block.close();
      Result views = views(pool, source, stored, block, layout, progress);
      block.unlink();
      return views;
    }
    CopyOut copy = new CopyOut(block, threads);
    block.prepare(layout.length);
    try {
      List<WorkerShare> workers;
      try {
        ReadListener copying = new ReadListener() {
          @Override
          public void part(Reading reading, long from, long length) {
            Layout.Place place = layout.places.get(reading.key());
            // Of an array in several files this is one of several readings.
            copy.begin(place, reading.targetOffset() - place.offset + from, length);
          }
        };
        workers = fill(pool, block, layout, copying, progress);
      } finally {
        copy.await();
      }
      return result(
          source,
          stored,
          layout,
          place -> NDArray.of(place.spec, place.copy.join()),
          Map.of(),
          workers);
    } finally {
      block.recycle();
    }
  }

  /**
   * Restores likewise, but copies nothing: all arrays are views of the block, as long as nobody uses the block for something else.
   *
   * @throws io.parallelsaver.error.SaverException if any array cannot be restored
   */
  public static Result share(
      WorkerPool pool,
      Path source,
      Map<String, NDArray> stored,
      SharedBlock block,
      ProgressListener progress) {
    return views(pool, source, stored, block, layout(stored), progress);
  }

  private static Layout layout(Map<String, NDArray> stored) {
    Layout layout = new Layout();
    stored.forEach(layout::add);
    return layout;
  }

  private static Result views(
      WorkerPool pool,
      Path source,
      Map<String, NDArray> stored,
      SharedBlock block,
      Layout layout,
      ProgressListener progress) {
    block.prepare(layout.length);
    List<WorkerShare> workers = fill(pool, block, layout, ReadListener.STRICT, progress);
    Map<String, Long> offsets = new LinkedHashMap<>();
    layout.places.forEach((key, place) -> offsets.put(key, place.offset));
    return result(
        source,
        stored,
        layout,
        place -> NDArray.of(place.spec, block.slice(place.offset, place.spec.byteSize())),
        offsets,
        workers);
  }

  private static List<WorkerShare> fill(
      WorkerPool pool,
      SharedBlock block,
      Layout layout,
      ReadListener listener,
      ProgressListener progress) {
    long call = pool.newCall();
    ReadFeed feed = new ReadFeed(
        call,
        layout.files(block.mode(layout.length), block.file()),
        layout.readings(),
        pool.options(),
        listener,
        progress);
    List<WorkerShare> workers = pool.execute(call, feed);
    block.filled(layout.length);
    return workers;
  }

  private static Result result(
      Path source,
      Map<String, NDArray> stored,
      Layout layout,
      Function<Layout.Place, NDArray> taken,
      Map<String, Long> offsets,
      List<WorkerShare> workers) {
    Map<String, NDArray> arrays = new LinkedHashMap<>(stored);
    arrays.replaceAll((key, array) -> {
      Layout.Place place = layout.places.get(key);
      return place == null ? LocalRead.one(source, key, array) : taken.apply(place);
    });
    return new Result(arrays, offsets, layout.length, workers);
  }
}
