package io.parallelsaver.restore;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.job.Job.JobFile;
import io.parallelsaver.job.Job.Mode;
import io.parallelsaver.npz.ArchiveMember;
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
    List<Destination> destinations = new ArrayList<>(wanted.size());
    long length = 0;
    for (ArchiveMember member : wanted.values()) {
      long start = Math.addExact(length, -length & (SharedBlock.ALIGNMENT - 1));
      destinations.add(new Destination(member, file, start, false));
      length = Math.addExact(start, spec(member).byteSize());
    }
    block.prepare(length);
    try {
      ReadFeed feed = new ReadFeed(
          call, source, destinations, pool.options().chunkSize(), Selection::fail, progress);
      List<WorkerShare> workers = pool.execute(call, feed);
      Map<String, NDArray> arrays = take(block, destinations, length, copying);
      return new Result(arrays, length, workers);
    } finally {
      block.recycle();
    }
  }

  private static Map<String, NDArray> take(
      SharedBlock block, List<Destination> destinations, long length, Executor copying) {
    boolean views = length > Runtime.getRuntime().maxMemory() / 2;
    List<ByteBuffer> segments = block.map(length);
    CopyOut copy = new CopyOut(segments, copying);
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (Destination from : destinations) {
      ArraySpec spec = spec(from.member());
      NDArray array = views
          ? NDArray.of(spec, SharedBlock.slice(segments, from.offset(), spec.byteSize()))
          : copy.array(spec, from.offset());
      arrays.put(from.member().key(), array);
    }
    copy.await();
    if (views) {
      block.unlink();
    }
    return arrays;
  }

  private static ArraySpec spec(ArchiveMember member) {
    return member.header().orElseThrow().spec();
  }
}
