package io.parallelsaver.save;

import io.parallelsaver.array.ArrayData;
import io.parallelsaver.array.Region;
import io.parallelsaver.job.CallFiles;
import io.parallelsaver.job.Job;
import io.parallelsaver.job.Job.Piece;
import io.parallelsaver.job.Sums;
import io.parallelsaver.save.SaveCut.Chunk;
import io.parallelsaver.save.SavePlan.Placement;
import io.parallelsaver.shm.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Where the bytes of a chunk come from. Framing, and array bytes that no other process can reach, are staged into a slot of the arena,
 * one behind the other; array bytes in a file are named where they are.
 */
final class Sources {
  private final SavePlan plan;
  private final SaveCut cut;
  private final Arena arena;
  private final CallFiles files;
  private final IntUnaryOperator targets;

  /**
   * @param files those of the call; what is read is added
   * @param targets number, among them, of each file of the plan, asked for when a chunk of it is staged
   */
  Sources(SavePlan plan, SaveCut cut, Arena arena, CallFiles files, IntUnaryOperator targets) {
    this.plan = plan;
    this.cut = cut;
    this.arena = arena;
    this.files = files;
    this.targets = targets;
    for (Placement placement : plan.placements()) {
      Region region = placement.data().region().orElse(null);
      if (region != null) {
        files.read(region.file(), region.offset(), region.length());
      }
    }
  }

  /** All files that the jobs name. */
  CallFiles files() {
    return files;
  }

  /** How many bytes of a chunk must be staged: all but those that stand in files. */
  int staged(int index) {
    Chunk chunk = cut.chunk(index);
    int staged = chunk.length();
    List<Placement> placements = plan.placements();
    for (int i = chunk.first(); i < placements.size(); i++) {
      Placement placement = placements.get(i);
      if (placement.file() != chunk.file() || placement.offset() >= chunk.end()) {
        break;
      }
      if (placement.data().region().isPresent()) {
        long from = Math.max(placement.dataOffset(), chunk.start());
        long to = Math.min(placement.dataEnd(), chunk.end());
        staged -= (int) Math.max(0, to - from);
      }
    }
    return staged;
  }

  /** The job that writes a chunk; stages into the slot what must be. */
  Job gather(long call, int index, int slot) {
    return new Content(cut.chunk(index), slot).job(call, index, Job.Kind.GATHER, 0);
  }

  /** The job that deflates a chunk into another slot; stages likewise. */
  Job deflate(long call, int index, int slot, int targetSlot, int level) {
    Content content = new Content(cut.chunk(index), slot);
    long target = arena.offset(targetSlot);
    content.pieces.replaceAll(piece ->
        new Piece(piece.source(), piece.sourceOffset(), Job.ARENA, target, piece.length()));
    return content.job(call, index, Job.Kind.DEFLATE, level);
  }

  /** The bytes of one chunk: those staged one behind the other are one piece, however many arrays they belong to. */
  private final class Content {
    private final Chunk chunk;
    private final int slot;
    private final int target;
    private final ByteBuffer bytes;
    private final List<Piece> pieces = new ArrayList<>();
    private final Sums sums = new Sums();

    /** Where in the file the bytes begin that are staged and in no piece yet. */
    private long staged;

    /** Bytes of the chunk before there that stand in files, and take no room in the slot. */
    private int elsewhere;

    Content(Chunk chunk, int slot) {
      this.chunk = chunk;
      this.slot = slot;
      this.target = targets.applyAsInt(chunk.file());
      this.bytes = slot == Arena.NO_SLOT ? null : arena.slot(slot);
      this.staged = chunk.start();
      List<Placement> placements = plan.placements();
      for (int i = chunk.first(); i < placements.size(); i++) {
        Placement placement = placements.get(i);
        if (placement.file() != chunk.file() || placement.offset() >= chunk.end()) {
          break;
        }
        add(placement);
      }
      join(chunk.end());
    }

    private void add(Placement placement) {
      long dataOffset = placement.dataOffset();
      long dataEnd = placement.dataEnd();
      if (dataOffset > chunk.start()) {
        stage(placement.before().get(), placement.offset());
      }
      long from = Math.max(dataOffset, chunk.start());
      long to = Math.min(dataEnd, chunk.end());
      if (from < to) {
        addData(placement.data(), dataOffset, from, to);
      }
      if (placement.after().length > 0) {
        stage(placement.after(), dataEnd);
      }
      if (placement.summed()) {
        long start = Math.max(placement.summedOffset(), chunk.start());
        if (start < to) {
          boolean whole = chunk.holds(placement);
          sums.add(
              inChunk(start), inChunk(to), whole ? inChunk(placement.crcOffset()) : Sums.NO_STAMP);
        }
      }
    }

    private void addData(ArrayData data, long dataOffset, long from, long to) {
      Region region = data.region().orElse(null);
      if (region == null) {
        data.read(from - dataOffset, bytes.limit(inSlot(to)).position(inSlot(from)));
      } else {
        join(from);
        int source = files.source(region.file());
        long at = region.offset() + from - dataOffset;
        pieces.add(new Piece(source, at, target, from, to - from));
        staged = to;
        elsewhere += (int) (to - from);
      }
    }

    /** Stages what of the framing at {@code offset} lies in the chunk. */
    private void stage(byte[] framing, long offset) {
      long from = Math.max(offset, chunk.start());
      long to = Math.min(offset + framing.length, chunk.end());
      if (from < to) {
        bytes.limit(inSlot(to)).position(inSlot(from)).put(framing, (int) (from - offset), (int)
            (to - from));
      }
    }

    /** Makes one piece of all that was staged before {@code end}. */
    private void join(long end) {
      if (staged < end) {
        long at = arena.offset(slot) + inSlot(staged);
        pieces.add(new Piece(Job.ARENA, at, target, staged, end - staged));
      }
    }

    private int inSlot(long offset) {
      return inChunk(offset) - elsewhere;
    }

    private int inChunk(long offset) {
      return (int) (offset - chunk.start());
    }

    Job job(long call, int number, Job.Kind kind, int level) {
      return new Job(call, number, 0, kind, pieces, sums, 0, 0, level);
    }
  }
}
