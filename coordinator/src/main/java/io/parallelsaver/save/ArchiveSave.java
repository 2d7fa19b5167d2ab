package io.parallelsaver.save;

import io.parallelsaver.array.ArrayData;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.job.Job.Mode;
import io.parallelsaver.npz.NpzPlan;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.pool.WorkerShare;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/** One save of named arrays into one archive, from the plan to the name. */
public final class ArchiveSave {
  /** Below this a job's own cost shows. */
  private static final int SMALLEST_CHUNK = 256 << 10;

  private ArchiveSave() {}

  /**
   * What was saved.
   *
   * @param members number of arrays
   * @param bytes bytes of the archive
   * @param workers what each worker did
   */
  public record Result(int members, long bytes, List<WorkerShare> workers) {}

  /**
   * Saves and returns when the target is in place.
   *
   * @param target path of the archive
   * @param arrays arrays by key, in the order of the members
   * @param staging threads that copy array bytes into the arena
   * @throws io.parallelsaver.error.SaverException if anything failed; the target is then what it was before
   */
  public static Result run(
      WorkerPool pool,
      Path target,
      Map<String, NDArray> arrays,
      Profile profile,
      Durability durability,
      Executor staging,
      ProgressListener progress) {
    Map<String, ArraySpec> specs = new LinkedHashMap<>();
    List<ArrayData> data = new ArrayList<>(arrays.size());
    arrays.forEach((key, array) -> {
      specs.put(key, array.spec());
      data.add(array.data());
    });
    NpzPlan plan = NpzPlan.of(specs, profile);
    long call = pool.newCall();
    ArchiveFile file = ArchiveFile.prepare(pool.run(), call, target, plan.fileSize(), durability);
    try {
      SaveCut cut = SaveCut.of(plan, chunkSize(pool, plan.directoryOffset()));
      Mode mode = durability == Durability.SYNC ? Mode.WRITE_DIRECT : Mode.WRITE;
      SaveFeed feed =
          new SaveFeed(call, plan, data, cut, pool.arena(), staging, file.path(), mode, progress);
      List<WorkerShare> workers;
      try {
        workers = pool.execute(call, feed);
      } finally {
        feed.close();
      }
      file.finish(plan, feed.memberCrcs(), cut::stamped);
      return new Result(arrays.size(), plan.fileSize(), workers);
    } catch (RuntimeException | Error e) {
      file.rollback(e);
      throw e;
    }
  }

  /** Small enough that all workers have something to do, large enough to be worth a job. */
  private static int chunkSize(WorkerPool pool, long bytes) {
    long share = bytes / (4L * pool.options().workers());
    long rounded = (share + SMALLEST_CHUNK - 1) / SMALLEST_CHUNK * SMALLEST_CHUNK;
    return (int) Math.max(
        Math.min(SMALLEST_CHUNK, pool.options().chunkSize()),
        Math.min(rounded, pool.options().chunkSize()));
  }
}
