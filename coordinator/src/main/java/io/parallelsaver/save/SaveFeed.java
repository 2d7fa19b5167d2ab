package io.parallelsaver.save;

import io.parallelsaver.job.CallFiles;
import io.parallelsaver.job.Job;
import io.parallelsaver.job.Receipt;
import io.parallelsaver.job.Receipt.Outcome;
import io.parallelsaver.npz.Crc32;
import io.parallelsaver.pool.Failures;
import io.parallelsaver.pool.JobFeed;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.save.SaveCut.Chunk;
import io.parallelsaver.save.SavePlan.Placement;
import io.parallelsaver.shm.Arena;
import java.util.Arrays;
import java.util.concurrent.Executor;

/** The jobs of a save: one {@link Job.Kind#GATHER} for each chunk, staged by threads of their own while others are being written. */
final class SaveFeed implements JobFeed {
  private final long call;
  private final SavePlan plan;
  private final SaveCut cut;
  private final Sources sources;
  private final Arena arena;
  private final Staging staging;
  private final ProgressListener progress;
  private final long total;

  private final WholeArrays whole;
  private final int[] slots;
  private final int[][] sums;
  private int next;
  private int given;
  private long done;

  SaveFeed(
      long call,
      SavePlan plan,
      SaveCut cut,
      Sources sources,
      Arena arena,
      Executor staging,
      ProgressListener progress) {
    this.call = call;
    this.plan = plan;
    this.cut = cut;
    this.sources = sources;
    this.arena = arena;
    this.staging = new Staging(staging, arena.slots());
    this.progress = progress;
    this.total = plan.bytes();
    this.whole = new WholeArrays(cut, progress);
    this.slots = new int[cut.chunks()];
    this.sums = new int[cut.chunks()][];
    Arrays.fill(slots, Arena.NO_SLOT);
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
    return total;
  }

  /** Begins to stage a chunk; false if no slot is free. */
  private boolean stage(int chunk) {
    int slot = Arena.NO_SLOT;
    int staged = sources.staged(chunk);
    if (staged > 0) {
      slot = arena.take(staged);
      if (slot == Arena.NO_SLOT) {
        return false;
      }
    }
    int taken = slot;
    slots[chunk] = taken;
    staging.begin(staged, () -> sources.gather(call, chunk, taken), () -> cut.subject(chunk));
    return true;
  }

  @Override
  public boolean exhausted() {
    return given == cut.chunks();
  }

  @Override
  public void answered(Job job, Receipt receipt) {
    release(job.number());
    if (receipt.outcome() != Outcome.DONE) {
      throw Failures.of(subject(job), receipt);
    }
    sums[job.number()] = receipt.crcs();
    done += cut.chunk(job.number()).length();
    progress.progress(done, total);
    whole.count(chunk -> sums[chunk] != null);
  }

  private void release(int chunk) {
    if (slots[chunk] != Arena.NO_SLOT) {
      arena.release(slots[chunk]);
      slots[chunk] = Arena.NO_SLOT;
    }
  }

  /** Waits for the staging threads and gives all slots back. No worker may hold a job any more. */
  void close() {
    staging.drain();
    for (int chunk = 0; chunk < next; chunk++) {
      release(chunk);
    }
  }

  /**
   * CRC-32 of each array that has one, put together from the chunks it spans. All jobs must be done.
   *
   * @throws io.parallelsaver.error.CorruptException if one is not what the bytes' source says it should be
   */
  int[] crcs() {
    int[] crcs = new int[plan.placements().size()];
    for (int chunk = 0; chunk < cut.chunks(); chunk++) {
      addTo(crcs, cut.chunk(chunk), sums[chunk]);
    }
    for (int array = 0; array < crcs.length; array++) {
      plan.placements().get(array).check(crcs[array]);
    }
    return crcs;
  }

  private void addTo(int[] crcs, Chunk chunk, int[] found) {
    int sum = 0;
    for (int array = chunk.first(); array < crcs.length; array++) {
      Placement placement = plan.placements().get(array);
      if (placement.file() != chunk.file() || placement.offset() >= chunk.end()) {
        return;
      }
      long from = Math.max(placement.summedOffset(), chunk.start());
      long to = Math.min(placement.dataEnd(), chunk.end());
      if (placement.summed() && from < to) {
        boolean first = from == placement.summedOffset();
        crcs[array] = first ? found[sum] : Crc32.combine(crcs[array], found[sum], to - from);
        sum++;
      }
    }
  }

  @Override
  public String subject(Job job) {
    return cut.subject(job.number());
  }
}
