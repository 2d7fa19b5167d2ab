package io.parallelsaver.save;

import io.parallelsaver.array.ArrayData;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.array.Region;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.job.Job;
import io.parallelsaver.job.Job.JobFile;
import io.parallelsaver.job.Job.Mode;
import io.parallelsaver.job.Job.Piece;
import io.parallelsaver.job.Receipt;
import io.parallelsaver.job.Receipt.Outcome;
import io.parallelsaver.npz.Crc32;
import io.parallelsaver.npz.NpzPlan;
import io.parallelsaver.npz.NpzPlan.Member;
import io.parallelsaver.pool.Failures;
import io.parallelsaver.pool.JobFeed;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.save.SaveCut.Span;
import io.parallelsaver.save.SaveCut.Span.Part;
import io.parallelsaver.shm.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/**
 * The jobs of one save: a {@link Job.Kind#GATHER} for each chunk of the image. Framing, and array bytes that no other process can
 * reach, are staged into a slot of the arena first, on the staging threads; array bytes in a file are named where they are.
 */
final class SaveFeed implements JobFeed {
  private static final int NO_SLOT = -1;
  private static final int TARGET = 0;
  private static final int ARENA = 1;

  private final long call;
  private final NpzPlan plan;
  private final List<ArrayData> data;
  private final SaveCut cut;
  private final Arena arena;
  private final Executor staging;
  private final JobFile target;
  private final JobFile arenaFile;
  private final Map<Path, Integer> sourceIds = new LinkedHashMap<>();
  private final ProgressListener progress;

  private final ConcurrentLinkedQueue<Staged> staged = new ConcurrentLinkedQueue<>();
  private final int[] slots;
  private final int[][] sums;
  private int next;
  private int given;
  private int inStaging;
  private long done;

  private record Staged(int chunk, Job job, RuntimeException failure) {}

  SaveFeed(
      long call,
      NpzPlan plan,
      List<ArrayData> data,
      SaveCut cut,
      Arena arena,
      Executor staging,
      Path target,
      Mode mode,
      ProgressListener progress) {
    this.call = call;
    this.plan = plan;
    this.data = data;
    this.cut = cut;
    this.arena = arena;
    this.staging = staging;
    this.target = new JobFile(TARGET, mode, target.toString());
    this.arenaFile = new JobFile(ARENA, Mode.ARENA, arena.file().toString());
    this.progress = progress;
    this.slots = new int[cut.chunks()];
    this.sums = new int[cut.chunks()][];
    for (ArrayData bytes : data) {
      bytes
          .region()
          .ifPresent(region -> sourceIds.putIfAbsent(region.file(), sourceIds.size() + 2));
    }
  }

  @Override
  public Job poll() {
    while (next < cut.chunks() && inStaging < arena.slots() && stage(next)) {
      next++;
    }
    Staged ready = staged.poll();
    if (ready == null) {
      return null;
    }
    inStaging--;
    if (ready.failure() != null) {
      throw ready.failure();
    }
    given++;
    return ready.job();
  }

  /** Begins to stage a chunk; false if no slot is free. */
  private boolean stage(int chunk) {
    List<Span> spans = cut.spans(chunk);
    boolean needsSlot = spans.stream().anyMatch(span -> region(span) == null);
    slots[chunk] = NO_SLOT;
    if (needsSlot) {
      slots[chunk] = arena.take();
      if (slots[chunk] == NO_SLOT) {
        return false;
      }
    }
    inStaging++;
    staging.execute(() -> staged.add(stageNow(chunk, spans)));
    return true;
  }

  private Staged stageNow(int chunk, List<Span> spans) {
    try {
      if (slots[chunk] != NO_SLOT) {
        ByteBuffer slot = arena.slot(slots[chunk]);
        for (Span span : spans) {
          if (region(span) == null) {
            int at = (int) (span.offset() - cut.start(chunk));
            fill(span, slot.limit(at + span.length()).position(at));
          }
        }
      }
      return new Staged(chunk, job(chunk, spans), null);
    } catch (RuntimeException e) {
      String names = subject(spans);
      return new Staged(
          chunk,
          null,
          e instanceof SaverException
              ? e
              : new SaverException(names + ": cannot read its bytes: " + e, e));
    }
  }

  private void fill(Span span, ByteBuffer slot) {
    Member member = plan.members().get(span.member());
    if (span.part() == Part.DATA) {
      data.get(span.member()).read(span.offset() - member.dataOffset(), slot);
    } else {
      slot.put(member.framing(), (int) (span.offset() - member.localOffset()), span.length());
    }
  }

  /** Where the span's bytes stand already, or null if they must be staged. */
  private Region region(Span span) {
    return span.part() == Part.DATA ? data.get(span.member()).region().orElse(null) : null;
  }

  private Job job(int chunk, List<Span> spans) {
    List<JobFile> files = new ArrayList<>(List.of(target, arenaFile));
    Map<Path, Integer> fileIndex = new LinkedHashMap<>();
    List<Piece> pieces = new ArrayList<>(spans.size());
    List<Long> stamps = new ArrayList<>();
    int summed = -1;
    for (Span span : spans) {
      Member member = plan.members().get(span.member());
      if (span.part() != Part.LOCAL_HEADER && span.member() != summed) {
        summed = span.member();
        stamps.add(cut.holds(chunk, member) ? member.crcOffset() : -1L);
      }
      int sum = span.part() == Part.LOCAL_HEADER ? Job.NO_SUM : stamps.size() - 1;
      Region region = region(span);
      if (region == null) {
        long at = arena.offset(slots[chunk]) + span.offset() - cut.start(chunk);
        pieces.add(SaveCut.piece(span, ARENA, at, sum));
      } else {
        int index = fileIndex.computeIfAbsent(region.file(), file -> {
          files.add(new JobFile(sourceIds.get(file), Mode.READ, file.toString()));
          return files.size() - 1;
        });
        pieces.add(
            SaveCut.piece(span, index, region.offset() + span.offset() - member.dataOffset(), sum));
      }
    }
    long[] stampArray = stamps.stream().mapToLong(Long::longValue).toArray();
    return new Job(call, chunk, 0, Job.Kind.GATHER, files, pieces, stampArray, 0, 0);
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
    done += cut.length(job.number());
    progress.progress(done, plan.directoryOffset());
  }

  private void release(int chunk) {
    if (slots[chunk] != NO_SLOT) {
      arena.release(slots[chunk]);
      slots[chunk] = NO_SLOT;
    }
  }

  /** Waits for the staging threads and gives all slots back. No worker may hold a job any more. */
  void close() {
    while (inStaging > 0) {
      if (staged.poll() != null) {
        inStaging--;
      } else {
        Thread.onSpinWait();
      }
    }
    for (int chunk = 0; chunk < next; chunk++) {
      release(chunk);
    }
  }

  /** CRC-32 of each member, put together from the chunks it spans. All jobs must be done. */
  int[] memberCrcs() {
    int[] crcs = new int[plan.members().size()];
    for (int chunk = 0; chunk < cut.chunks(); chunk++) {
      int sum = -1;
      int member = -1;
      int partCrc = 0;
      long partLength = 0;
      for (Span span : cut.spans(chunk)) {
        if (span.part() == Part.LOCAL_HEADER) {
          continue;
        }
        if (span.member() != member) {
          if (member >= 0) {
            crcs[member] = Crc32.combine(crcs[member], partCrc, partLength);
          }
          member = span.member();
          partCrc = sums[chunk][++sum];
          partLength = 0;
        }
        partLength += span.length();
      }
      if (member >= 0) {
        crcs[member] = Crc32.combine(crcs[member], partCrc, partLength);
      }
    }
    return crcs;
  }

  @Override
  public String subject(Job job) {
    return subject(cut.spans(job.number()));
  }

  private String subject(List<Span> spans) {
    String first = PythonText.quote(plan.members().get(spans.get(0).member()).key());
    String last = PythonText.quote(
        plan.members().get(spans.get(spans.size() - 1).member()).key());
    return first.equals(last) ? "array " + first : "arrays " + first + " to " + last;
  }
}
