package io.parallelsaver.save;

import io.parallelsaver.array.Region;
import io.parallelsaver.job.Job;
import io.parallelsaver.job.Job.JobFile;
import io.parallelsaver.job.Job.Mode;
import io.parallelsaver.job.Job.Piece;
import io.parallelsaver.save.SaveCut.Chunk;
import io.parallelsaver.save.SaveCut.Span;
import io.parallelsaver.save.SaveCut.Span.Part;
import io.parallelsaver.save.SavePlan.Placement;
import io.parallelsaver.shm.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the bytes of a chunk come from. Framing, and array bytes that no other process can reach, are staged into a slot of the arena
 * at their place in the chunk; array bytes in a file are named where they are.
 */
final class Sources {
  private static final long NO_STAMP = -1;

  private final SavePlan plan;
  private final SaveCut cut;
  private final Arena arena;
  private final List<JobFile> targets;
  private final JobFile arenaFile;
  private final Map<Path, JobFile> files = new HashMap<>();

  /**
   * @param targets the files of the plan, with ids from 0 on
   */
  Sources(SavePlan plan, SaveCut cut, Arena arena, List<JobFile> targets) {
    this.plan = plan;
    this.cut = cut;
    this.arena = arena;
    this.targets = targets;
    int id = targets.size();
    this.arenaFile = new JobFile(id, Mode.ARENA, arena.file().toString());
    for (Placement placement : plan.placements()) {
      Region region = placement.data().region().orElse(null);
      if (region != null && !files.containsKey(region.file())) {
        files.put(region.file(), new JobFile(++id, Mode.READ, region.file().toString()));
      }
    }
  }

  /** Whether a chunk needs a slot: all do but those that lie within one array's bytes in a file. */
  boolean staged(int index) {
    Chunk chunk = cut.chunk(index);
    Placement first = plan.placements().get(chunk.first());
    boolean within = chunk.start() >= first.dataOffset() && chunk.end() <= first.dataEnd();
    return !(within && first.data().region().isPresent());
  }

  /** Fills a slot with what must be staged of a chunk. */
  void stage(int chunk, int slot) {
    ByteBuffer bytes = arena.slot(slot);
    for (Span span : cut.spans(chunk)) {
      if (region(span) == null) {
        int at = (int) (span.offset() - cut.chunk(chunk).start());
        fill(span, bytes.limit(at + span.length()).position(at));
      }
    }
  }

  private void fill(Span span, ByteBuffer slot) {
    Placement placement = plan.placements().get(span.array());
    switch (span.part()) {
      case DATA -> placement.data().read(span.offset() - placement.dataOffset(), slot);
      case AFTER ->
        slot.put(placement.after(), (int) (span.offset() - placement.dataEnd()), span.length());
      default ->
        slot.put(placement.before(), (int) (span.offset() - placement.offset()), span.length());
    }
  }

  /** Where the span's bytes stand already, or null if they must be staged. */
  private Region region(Span span) {
    return span.part() == Part.DATA
        ? plan.placements().get(span.array()).data().region().orElse(null)
        : null;
  }

  /** The job that writes a chunk. */
  Job gather(long call, int index, int slot) {
    Chunk chunk = cut.chunk(index);
    List<JobFile> jobFiles = new ArrayList<>(List.of(targets.get(chunk.file()), arenaFile));
    List<Piece> pieces = new ArrayList<>();
    long[] stamps = pieces(index, slot, jobFiles, pieces);
    return new Job(call, index, 0, Job.Kind.GATHER, jobFiles, pieces, stamps, 0, 0);
  }

  /** The job that deflates a chunk into another slot. */
  Job deflate(long call, int index, int slot, int targetSlot, int level) {
    List<JobFile> jobFiles = new ArrayList<>(List.of(arenaFile, arenaFile));
    List<Piece> pieces = new ArrayList<>();
    long[] stamps = pieces(index, slot, jobFiles, pieces);
    long target = arena.offset(targetSlot);
    pieces.replaceAll(piece ->
        new Piece(piece.source(), piece.sourceOffset(), 0, target, piece.length(), piece.sum()));
    Arrays.fill(stamps, NO_STAMP);
    return new Job(call, index, 0, Job.Kind.DEFLATE, jobFiles, pieces, stamps, 0, 0, level);
  }

  /**
   * The pieces of a chunk; their target is the first of {@code jobFiles}, the arena the second.
   *
   * @return a stamp for each checksum
   */
  private long[] pieces(int index, int slot, List<JobFile> jobFiles, List<Piece> pieces) {
    Chunk chunk = cut.chunk(index);
    List<Long> stamps = new ArrayList<>();
    int summed = -1;
    for (Span span : cut.spans(index)) {
      Placement placement = plan.placements().get(span.array());
      boolean counts =
          placement.summed() && (span.part() == Part.SUMMED || span.part() == Part.DATA);
      if (counts && span.array() != summed) {
        summed = span.array();
        stamps.add(chunk.holds(placement) ? placement.crcOffset() : NO_STAMP);
      }
      int sum = counts ? stamps.size() - 1 : Job.NO_SUM;
      Region region = region(span);
      int source = region == null ? 1 : indexOf(files.get(region.file()), jobFiles);
      long at = region == null
          ? arena.offset(slot) + span.offset() - chunk.start()
          : region.offset() + span.offset() - placement.dataOffset();
      add(pieces, new Piece(source, at, 0, span.offset(), span.length(), sum));
    }
    return stamps.stream().mapToLong(Long::longValue).toArray();
  }

  /** Joins a piece to the one before it where both could be one: fewer words to send. */
  private static void add(List<Piece> pieces, Piece next) {
    Piece last = pieces.isEmpty() ? null : pieces.get(pieces.size() - 1);
    if (last != null
        && last.source() == next.source()
        && last.sum() == next.sum()
        && last.sourceOffset() + last.length() == next.sourceOffset()
        && last.targetOffset() + last.length() == next.targetOffset()) {
      pieces.set(
          pieces.size() - 1,
          new Piece(
              last.source(),
              last.sourceOffset(),
              last.target(),
              last.targetOffset(),
              last.length() + next.length(),
              last.sum()));
    } else {
      pieces.add(next);
    }
  }

  private static int indexOf(JobFile file, List<JobFile> files) {
    int index = files.lastIndexOf(file);
    if (index >= 0) {
      return index;
    }
    files.add(file);
    return files.size() - 1;
  }
}
