package io.parallelsaver.restore;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.HeapData;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.InputException;
import io.parallelsaver.job.Job.JobFile;
import io.parallelsaver.job.Job.Mode;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.pool.WorkerShare;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/** Restores arrays into this JVM: workers fill the one shared block, then the arrays are copied out of it. */
public final class BlockRestore {
  /** The shared block's number among the files of a call. */
  private static final int BLOCK = 0;

  private static final int COPIED = 1 << 18;

  private BlockRestore() {}

  /**
   * What was restored.
   *
   * @param arrays arrays by key, in the archive's order
   * @param bytes bytes of all arrays
   * @param workers what each worker did
   */
  public record Result(Map<String, NDArray> arrays, long bytes, List<WorkerShare> workers) {}

  /**
   * Restores and returns when all arrays are here, each with its CRC-32 checked if it is known. They are Java arrays if all of them take
   * at most half of this JVM's largest heap; else they are views of the block, which then is theirs alone and goes when the last of them
   * does.
   *
   * @param stored arrays by key; those that stand in files as they are, or deflated, are read by the workers, others here
   * @param copying threads that copy out
   * @throws io.parallelsaver.error.SaverException if any array cannot be restored
   */
  public static Result run(
      WorkerPool pool, Map<String, NDArray> stored, Executor copying, ProgressListener progress) {
    long call = pool.newCall();
    SharedBlock block = new SharedBlock(pool.run().block());
    Layout layout = new Layout(new JobFile(BLOCK, Mode.WRITE, block.file().toString()));
    stored.forEach(layout::add);
    ReadFeed feed =
        new ReadFeed(call, layout.readings, pool.options().chunkSize(), ReadFeed::fail, progress);
    block.prepare(layout.length);
    try {
      List<WorkerShare> workers = pool.execute(call, feed);
      Map<String, NDArray> arrays = new LinkedHashMap<>(stored);
      arrays.putAll(take(block, layout, copying));
      arrays.replaceAll((key, array) -> array == stored.get(key) ? copied(key, array) : array);
      return new Result(arrays, layout.length, workers);
    } finally {
      block.recycle();
    }
  }

  private static NDArray copied(String key, NDArray array) {
    HeapData heap;
    try {
      heap = HeapData.allocate(array.spec());
    } catch (IllegalArgumentException e) {
      throw new InputException(
          "array " + PythonText.quote(key) + ": " + e.getMessage()
              + ", and its file holds it encoded; convert the file first",
          e);
    }
    ByteBuffer block = ByteBuffer.allocate(COPIED);
    for (long at = 0; at < heap.length(); at += block.limit()) {
      array.data().read(at, block.clear().limit((int) Math.min(COPIED, heap.length() - at)));
      heap.write(at, block.flip());
    }
    return NDArray.of(array.spec(), heap);
  }

  private static Map<String, NDArray> take(SharedBlock block, Layout layout, Executor copying) {
    boolean views = layout.length > Runtime.getRuntime().maxMemory() / 2;
    List<ByteBuffer> segments = block.map(layout.length);
    CopyOut copy = new CopyOut(segments, copying);
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (Layout.Place place : layout.places) {
      ArraySpec spec = place.spec();
      NDArray array = views
          ? NDArray.of(spec, SharedBlock.slice(segments, place.offset(), spec.byteSize()))
          : copy.array(spec, place.offset());
      arrays.put(place.key(), array);
    }
    copy.await();
    if (views) {
      block.unlink();
    }
    return arrays;
  }
}
