package io.parallelsaver.save;

import io.parallelsaver.job.CallFiles;
import io.parallelsaver.job.Job;
import io.parallelsaver.job.Receipt;
import io.parallelsaver.job.Receipt.Outcome;
import io.parallelsaver.pool.Failures;
import io.parallelsaver.pool.JobFeed;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.shm.Arena;
import java.util.Arrays;
import java.util.concurrent.Executor;

/**
 * The jobs of a compressed save: one {@link Job.Kind#DEFLATE} for each chunk, from one slot of the arena, or from files, into another.
 * Where a deflated chunk goes depends on the lengths of all before it, so the coordinator writes them, in order.
 */
final class DeflateFeed implements JobFeed {
  /** How many times as long as copying it takes to deflate a byte. */
  private static final int DEFLATE_WEIGHT = 64;

  private static final int MORE_DEFLATED = 16 << 10;

  private final long call;
  private final SaveCut cut;
  private final Sources sources;
  private final Arena arena;
  private final Staging staging;
  private final int level;
  private final DeflatedArchive archive;
  private final ProgressListener progress;
  private final long total;

  private final WholeArrays whole;
  private final int[] sourceSlots;
  private final int[] targetSlots;
  private final Receipt[] receipts;
  private int next;
  private int given;
  private int appended;
  private long done;

  DeflateFeed(
      long call,
      SaveCut cut,
      Sources sources,
      Arena arena,
      Executor staging,
      int level,
      DeflatedArchive archive,
      long total,
      ProgressListener progress) {
    this.call = call;
    this.cut = cut;
    this.sources = sources;
    this.arena = arena;
    this.staging = new Staging(staging, arena.slots());
    this.level = level;
    this.archive = archive;
    this.total = total;
    this.progress = progress;
    this.whole = new WholeArrays(cut, progress);
    this.sourceSlots = new int[cut.chunks()];
    this.targetSlots = new int[cut.chunks()];
    this.receipts = new Receipt[cut.chunks()];
    Arrays.fill(sourceSlots, Arena.NO_SLOT);
    Arrays.fill(targetSlots, Arena.NO_SLOT);
  }

  @Override
  public Job poll() {
    while (next < cut.chunks() && staging.hasRoom() && stage(next)) {
      next++;
    }
    Job ready = staging.poll();
    if (ready != null) {
      given++;
    }
    return ready;
  }

  @Override
  public CallFiles files() {
    return sources.files();
  }

  @Override
  public long weight() {
    return total * DEFLATE_WEIGHT;
  }

  /** Begins to stage a chunk; false if not enough slots are free. Chunks take slots in order, so the first of them always goes on. */
  private boolean stage(int chunk) {
    int staged = sources.staged(chunk);
    int most = mostDeflated(cut.chunk(chunk).length());
    int[] taken =
        staged > 0 ? arena.takeTwo(staged, most) : new int[] {Arena.NO_SLOT, arena.take(most)};
    if (taken == null || taken[1] == Arena.NO_SLOT) {
      return false;
    }
    int source = taken[0];
    int target = taken[1];
    sourceSlots[chunk] = source;
    targetSlots[chunk] = target;
    staging.begin(
        staged,
        () -> sources.deflate(call, chunk, source, target, level),
        () -> cut.subject(chunk));
    return true;
  }

  /** What does not compress becomes longer: by a few bytes for each 16 KiB, and for each small array. */
  private static int mostDeflated(int content) {
    return content + content / 3 + MORE_DEFLATED;
  }

  @Override
  public boolean exhausted() {
    return given == cut.chunks();
  }

  @Override
  public void answered(Job job, Receipt receipt) {
    int chunk = job.number();
    release(sourceSlots, chunk);
    if (receipt.outcome() != Outcome.DONE) {
      throw Failures.of(subject(job), receipt);
    }
    receipts[chunk] = receipt;
    while (appended < receipts.length && receipts[appended] != null) {
      archive.append(cut.spans(appended), receipts[appended], arena.slot(targetSlots[appended]));
      receipts[appended] = null;
      release(targetSlots, appended);
      appended++;
    }
    done += cut.chunk(chunk).length();
    progress.progress(done, total);
    whole.count(each -> each < appended);
  }

  private void release(int[] slots, int chunk) {
    if (slots[chunk] != Arena.NO_SLOT) {
      arena.release(slots[chunk]);
      slots[chunk] = Arena.NO_SLOT;
    }
  }

  /** Waits for the staging threads and gives all slots back. No worker may hold a job any more. */
  void close() {
    staging.drain();
    for (int chunk = appended; chunk < Math.min(next + 1, cut.chunks()); chunk++) {
      release(sourceSlots, chunk);
      release(targetSlots, chunk);
    }
  }

  @Override
  public String subject(Job job) {
    return cut.subject(job.number());
  }
}
