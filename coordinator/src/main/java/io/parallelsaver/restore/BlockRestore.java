package io.parallelsaver.restore;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.job.Job.JobFile;
import io.parallelsaver.job.Job.Mode;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.pool.JobFeed;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.pool.WorkerShare;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/** Restores arrays into this JVM: workers fill the one shared block, then the arrays are copied out of it. */
public final class BlockRestore {
  /** The shared block's number among the files of a call; the archive is 0. */
  private static final int BLOCK = 1;

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
   * Restores and returns when all arrays are here, each with its CRC-32 checked. They are Java arrays if all of them take at most half
   * of this JVM's largest heap; else they are views of the block, which then is theirs alone and goes when the last of them does.
   *
   * @param keys which arrays; null for all
   * @param copying threads that copy out
   * @throws io.parallelsaver.error.SaverException if any array cannot be restored
   */
  public static Result run(
      WorkerPool pool,
      Path source,
      List<String> keys,
      Executor copying,
      ProgressListener progress) {
    Map<String, ArchiveMember> wanted = Selection.of(Selection.open(source), keys);
    long call = pool.newCall();
    SharedBlock block = new SharedBlock(pool.run().block());
    JobFile file = new JobFile(BLOCK, Mode.WRITE, block.file().toString());
    Layout layout = new Layout();
    List<Destination> destinations = new ArrayList<>(wanted.size());
    wanted.forEach((key, member) ->
        destinations.add(new Destination(member, file, layout.add(key, spec(member)), false)));
    ReadFeed feed = new ReadFeed(
        call, source, destinations, pool.options().chunkSize(), Selection::fail, progress);
    return run(pool, call, block, layout, feed, copying);
  }

  /**
   * Restores arrays that stand in files as they are, in the same way.
   *
   * @param stored arrays by key; those whose data is a region are read by the workers, others are given back as they are
   */
  public static Result run(
      WorkerPool pool, Map<String, NDArray> stored, Executor copying, ProgressListener progress) {
    long call = pool.newCall();
    SharedBlock block = new SharedBlock(pool.run().block());
    Layout layout = new Layout();
    List<RegionFeed.Copy> copies = new ArrayList<>(stored.size());
    stored.forEach((key, array) -> array
        .data()
        .region()
        .ifPresent(region -> copies.add(
            new RegionFeed.Copy(PythonText.quote(key), region, layout.add(key, array.spec())))));
    JobFile file = new JobFile(0, Mode.WRITE, block.file().toString());
    RegionFeed feed = new RegionFeed(call, file, copies, pool.options().chunkSize(), progress);
    Result read = run(pool, call, block, layout, feed, copying);
    Map<String, NDArray> arrays = new LinkedHashMap<>(stored);
    arrays.putAll(read.arrays());
    return new Result(arrays, read.bytes(), read.workers());
  }

  private static Result run(
      WorkerPool pool,
      long call,
      SharedBlock block,
      Layout layout,
      JobFeed feed,
      Executor copying) {
    block.prepare(layout.length);
    try {
      List<WorkerShare> workers = pool.execute(call, feed);
      return new Result(take(block, layout, copying), layout.length, workers);
    } finally {
      block.recycle();
    }
  }

  private static Map<String, NDArray> take(SharedBlock block, Layout layout, Executor copying) {
    boolean views = layout.length > Runtime.getRuntime().maxMemory() / 2;
    List<ByteBuffer> segments = block.map(layout.length);
    CopyOut copy = new CopyOut(segments, copying);
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (Place place : layout.places) {
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

  /** An array's place in the block. */
  private record Place(String key, ArraySpec spec, long offset) {}

  /** Gives each array its place, one behind the other, at multiples of the alignment. */
  private static final class Layout {
    private final List<Place> places = new ArrayList<>();
    private long length;

    long add(String key, ArraySpec spec) {
      long offset = Math.addExact(length, -length & (SharedBlock.ALIGNMENT - 1));
      places.add(new Place(key, spec, offset));
      length = Math.addExact(offset, spec.byteSize());
      return offset;
    }
  }

  private static ArraySpec spec(ArchiveMember member) {
    return member.header().orElseThrow().spec();
  }
}
