package io.parallelsaver.save;

import io.parallelsaver.array.ArrayData;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.job.CallFiles;
import io.parallelsaver.job.JobFile.Mode;
import io.parallelsaver.npz.DeflatedPlan;
import io.parallelsaver.npz.NpzPlan;
import io.parallelsaver.npz.NpzPlan.Member;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.output.Durability;
import io.parallelsaver.output.OutputFile;
import io.parallelsaver.output.Writeback;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.pool.WorkerShare;
import io.parallelsaver.safetensors.SafetensorsHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.IntUnaryOperator;

/** One save of named arrays into one file, from the plan to the name. */
public final class FileSave {
  /** Below this a job's own cost shows. */
  private static final int SMALLEST_CHUNK = 256 << 10;

  /** From this size on it pays to give the file its blocks first. */
  static final int WORTH_ALLOCATING = 16 << 20;

  /** A file so small is written by the thread that has planned it. */
  private static final int SMALL = 8 << 20;

  /** Content of a deflated block: what can be inflated apart. Does not depend on the workers, so that equal arrays give equal bytes. */
  private static final int BLOCK = 1 << 20;

  private final WorkerPool pool;
  private final long call;
  private final Map<String, ArraySpec> specs = new LinkedHashMap<>();
  private final List<ArrayData> data = new ArrayList<>();
  private final Durability durability;
  private final Executor staging;
  private final ProgressListener progress;

  /**
   * What was saved.
   *
   * @param members number of arrays
   * @param bytes bytes of the file, or files
   * @param workers what each worker did
   */
  public record Result(int members, long bytes, List<WorkerShare> workers) {}

  /**
   * @param arrays arrays by key, in the order of the file
   * @param staging threads that copy array bytes into the arena
   */
  public FileSave(
      WorkerPool pool,
      Map<String, NDArray> arrays,
      Durability durability,
      Executor staging,
      ProgressListener progress) {
    this.pool = pool;
    this.call = pool.newCall();
    this.durability = durability;
    this.staging = staging;
    this.progress = progress;
    arrays.forEach((key, array) -> {
      specs.put(key, array.spec());
      data.add(array.data());
    });
  }

  /**
   * Saves to an archive as they are, straight to their places, and returns when the target is in place.
   *
   * @throws io.parallelsaver.error.SaverException if anything failed; the target is then what it was before
   */
  public Result stored(Path target, Profile profile) {
    NpzPlan archive = NpzPlan.of(specs, profile);
    SavePlan plan = SavePlan.of(archive, data);
    return write(target, plan, archive.fileSize(), (file, unstamped, crcs) -> {
      for (int i : unstamped) {
        Member member = archive.members().get(i);
        file.write(
            ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, crcs[i]),
            member.crcOffset());
      }
      file.finish(archive.directory(crcs), archive.directoryOffset());
    });
  }

  /**
   * Saves to a safetensors file, which has no checksums, and returns when the target is in place.
   *
   * @throws io.parallelsaver.error.InputException if an array has no counterpart in the format
   * @throws io.parallelsaver.error.SaverException if anything failed; the target is then what it was before
   */
  public Result safetensors(Path target) {
    SafetensorsHeader header = SafetensorsHeader.of(specs, Map.of());
    Map<String, ArrayData> byName = new HashMap<>();
    int index = 0;
    for (String key : specs.keySet()) {
      byName.put(key, data.get(index++));
    }
    SavePlan plan = SavePlan.of(header, byName);
    // A file of no tensors is its header alone, which then no worker writes.
    byte[] end = plan.placements().isEmpty() ? header.bytes() : SavePlan.NOTHING;
    long endOffset = plan.placements().isEmpty() ? 0 : header.fileSize();
    return write(
        target,
        plan,
        header.fileSize(),
        (file, unstamped, crcs) -> file.finish(ByteBuffer.wrap(end), endOffset));
  }

  /** What is left to do when all planned bytes are in the file. */
  private interface Finish {
    /**
     * @param unstamped indices of the arrays whose CRC-32 is not in the file yet
     */
    void finish(OutputFile file, int[] unstamped, int[] crcs);
  }

  private Result write(Path target, SavePlan plan, long fileSize, Finish finish) {
    OutputFile file = OutputFile.prepare(pool.run(), call, target, fileSize, durability);
    try {
      if (fileSize <= Math.min(SMALL, pool.options().localBytes()) && !pool.anyReady()) {
        finish.finish(file, new int[0], LocalWrite.write(plan, file));
        progress.progress(plan.bytes(), plan.bytes());
        return new Result(specs.size(), fileSize, List.of());
      }
      if (fileSize >= WORTH_ALLOCATING && pool.anyReady()) {
        file.allocate(fileSize);
      }
      Written written = durability == Durability.SYNC
          ? forced(file, plan)
          : byWorkers(plan, files(Mode.WRITE, file, plan), IntUnaryOperator.identity(), progress);
      finish.finish(file, written.unstamped(), written.crcs());
      return new Result(specs.size(), fileSize, written.workers());
    } catch (RuntimeException | Error e) {
      file.rollback(e);
      throw e;
    }
  }

  /** Past the page cache as long as the device keeps up. */
  private Written forced(OutputFile file, SavePlan plan) {
    CallFiles files = files(Mode.WRITE_DIRECT, file, plan);
    int cached = files.write(Mode.WRITE, file.path(), plan.bytes());
    Writeback writeback = file.writeback();
    return byWorkers(
        plan,
        files,
        direct -> writeback.isSlow() ? cached : direct,
        new Forcing(writeback, progress));
  }

  /** Has written bytes forced, and passes on how far the call is. */
  private record Forcing(Writeback writeback, ProgressListener listener)
      implements ProgressListener {
    @Override
    public void progress(long done, long total) {
      writeback.written(done);
      listener.progress(done, total);
    }

    @Override
    public void arrays(int done, int total) {
      listener.arrays(done, total);
    }
  }

  private static CallFiles files(Mode mode, OutputFile file, SavePlan plan) {
    CallFiles files = new CallFiles();
    files.write(mode, file.path(), plan.bytes());
    return files;
  }

  private Written byWorkers(
      SavePlan plan, CallFiles files, IntUnaryOperator targets, ProgressListener listener) {
    return Written.of(pool, call, plan, chunkSize(plan.bytes()), files, targets, staging, listener);
  }

  /**
   * Saves deflated, and returns when the target is in place.
   *
   * @param level 1 fastest to 9 smallest
   * @throws io.parallelsaver.error.SaverException if anything failed; the target is then what it was before
   */
  public Result deflated(Path target, int level) {
    DeflatedPlan archive = DeflatedPlan.of(specs);
    OutputFile file = OutputFile.prepare(pool.run(), call, target, 0, durability);
    try {
      SavePlan plan = SavePlan.of(archive, data);
      // A slot must hold a block also when it does not compress, and headers of small members
      // beside it.
      int slot = pool.arena().affordable(pool.options().chunkSize(), 2);
      int chunk = Math.min(BLOCK, slot / 4096 * 3 / 4 * 4096);
      SaveCut cut = SaveCut.of(plan, Math.max(4096, chunk));
      Sources sources =
          new Sources(plan, cut, pool.arena(), new CallFiles(), IntUnaryOperator.identity());
      DeflatedArchive written = new DeflatedArchive(archive, plan, file);
      DeflateFeed feed = new DeflateFeed(
          call, cut, sources, pool.arena(), staging, level, written, plan.bytes(), progress);
      List<WorkerShare> workers;
      try {
        workers = pool.execute(call, feed);
      } finally {
        feed.close();
      }
      return new Result(specs.size(), written.finish(), workers);
    } catch (RuntimeException | Error e) {
      file.rollback(e);
      throw e;
    }
  }

  /** Small enough that all workers have something to do, large enough to be worth a job. */
  private int chunkSize(long bytes) {
    int most = SaveCut.largestChunk(pool);
    long share = bytes / (4L * pool.options().workers());
    long rounded = (share + SMALLEST_CHUNK - 1) / SMALLEST_CHUNK * SMALLEST_CHUNK;
    return (int) Math.max(Math.min(SMALLEST_CHUNK, most), Math.min(rounded, most));
  }
}
