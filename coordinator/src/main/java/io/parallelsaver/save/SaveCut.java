package io.parallelsaver.save;

import io.parallelsaver.array.PythonText;
import io.parallelsaver.job.JobSender;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.save.SavePlan.Placement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts the images of files into chunks, one for each job. It cuts along the file, not along the arrays: one large array makes many
 * chunks, many small ones share a chunk, and every chunk but a file's last begins and ends at a multiple of 4096, as unbuffered writes
 * need.
 */
final class SaveCut {
  private static final int BLOCK = 4096;

  /** So many small arrays cost a job as much as one in a file of its own. */
  private static final int CROWD = 8;

  private final SavePlan plan;
  private final Chunk[] chunks;

  /**
   * A run of bytes of one file.
   *
   * @param file index of the file
   * @param start first byte
   * @param end first byte behind it
   * @param first index of the first array that has bytes in it
   */
  record Chunk(int file, long start, long end, int first) {
    int length() {
      return (int) (end - start);
    }

    /** Whether all that a CRC-32 covers, and the place it is written to, lie in this chunk. */
    boolean holds(Placement placement) {
      return placement.crcOffset() >= start && placement.dataEnd() <= end;
    }
  }

  /**
   * A part of a chunk that comes from one place.
   *
   * @param array index of the array it belongs to
   * @param part which of the array's parts it lies in
   * @param offset where it begins in the file
   * @param length how many bytes
   */
  record Span(int array, Part part, long offset, int length) {
    enum Part {
      /** Framing that no checksum covers. */
      UNSUMMED,
      /** Framing that the array's checksum covers. */
      SUMMED,
      DATA,
      AFTER
    }
  }

  private SaveCut(SavePlan plan, Chunk[] chunks) {
    this.plan = plan;
    this.chunks = chunks;
  }

  /**
   * Most bytes of a chunk of which anything is staged, for a save by this pool.
   *
   * @return a multiple of 4096; so many that every worker and one more can have one
   */
  static int largestChunk(WorkerPool pool) {
    return pool.arena().affordable(pool.options().chunkSize(), pool.options().workers() + 1);
  }

  /** Cuts into chunks of at most this many bytes. */
  static SaveCut of(SavePlan plan, int chunkSize) {
    return of(plan, chunkSize, chunkSize);
  }

  /**
   * Cuts into chunks.
   *
   * @param chunkSize most bytes of a chunk of which anything is staged
   * @param regionSize most bytes of one that lies within an array's bytes in a file
   */
  static SaveCut of(SavePlan plan, int chunkSize, int regionSize) {
    List<Placement> placements = plan.placements();
    List<Chunk> chunks = new ArrayList<>();
    int first = 0;
    long start = 0;
    while (first < placements.size()) {
      int file = placements.get(first).file();
      int last = first;
      int crowd = weight(placements.get(first));
      while (last + 1 < placements.size()
          && placements.get(last + 1).file() == file
          && placements.get(last).end() < start + chunkSize
          && crowd <= JobSender.MAX_SUMS - CROWD) {
        last++;
        crowd += weight(placements.get(last));
      }
      long end = placements.get(last).end();
      boolean fileEnds =
          last + 1 == placements.size() || placements.get(last + 1).file() != file;
      if (end > start + chunkSize) {
        end = Math.max(start + chunkSize, regionEnd(placements.get(first), start, regionSize));
      } else if (!fileEnds) {
        end = Math.max(start + BLOCK, end / BLOCK * BLOCK);
      }
      chunks.add(new Chunk(file, start, end, first));
      while (first < placements.size()
          && placements.get(first).file() == file
          && placements.get(first).end() <= end) {
        first++;
      }
      start = first < placements.size() && placements.get(first).file() == file ? end : 0;
    }
    return new SaveCut(plan, chunks.toArray(Chunk[]::new));
  }

  /** Where a chunk may end that begins within an array's bytes in a file; 0 if it does not. */
  private static long regionEnd(Placement first, long start, int regionSize) {
    boolean within = start >= first.dataOffset() && first.data().region().isPresent();
    return within ? Math.min(start + regionSize, first.dataEnd() / BLOCK * BLOCK) : 0;
  }

  /** What an array takes of a job's room: one that stands in a file makes pieces, and perhaps a file, of its own. */
  private static int weight(Placement placement) {
    return placement.data().region().isPresent() ? CROWD : 1;
  }

  int chunks() {
    return chunks.length;
  }

  Chunk chunk(int index) {
    return chunks[index];
  }

  /** The parts of a chunk in the order of the file; empty ones are left out. */
  List<Span> spans(int index) {
    List<Span> spans = new ArrayList<>();
    Chunk chunk = chunks[index];
    for (int i = chunk.first(); i < plan.placements().size(); i++) {
      Placement placement = plan.placements().get(i);
      if (placement.file() != chunk.file() || placement.offset() >= chunk.end()) {
        break;
      }
      add(spans, chunk, i, Span.Part.UNSUMMED, placement.offset(), placement.summedOffset());
      add(spans, chunk, i, Span.Part.SUMMED, placement.summedOffset(), placement.dataOffset());
      add(spans, chunk, i, Span.Part.DATA, placement.dataOffset(), placement.dataEnd());
      add(spans, chunk, i, Span.Part.AFTER, placement.dataEnd(), placement.end());
    }
    return spans;
  }

  private static void add(
      List<Span> spans, Chunk chunk, int array, Span.Part part, long from, long to) {
    long low = Math.max(from, chunk.start());
    long high = Math.min(to, chunk.end());
    if (low < high) {
      spans.add(new Span(array, part, low, (int) (high - low)));
    }
  }

  /** How many arrays there are; those of several placements, one behind the other, count once. */
  int arrays() {
    return arraysBetween(0, plan.placements().size());
  }

  /**
   * How many arrays the placements from one to another end.
   *
   * @param from index of the first placement
   * @param to index behind the last one
   */
  int arraysBetween(int from, int to) {
    List<Placement> placements = plan.placements();
    int arrays = 0;
    for (int i = from; i < to; i++) {
      boolean last = i + 1 == placements.size()
          || !placements.get(i + 1).key().equals(placements.get(i).key());
      arrays += last ? 1 : 0;
    }
    return arrays;
  }

  /**
   * Index of the first placement of which not all bytes are in the chunks before one.
   *
   * @param chunk index of that chunk
   */
  int firstOf(int chunk) {
    return chunk == chunks.length ? plan.placements().size() : chunks[chunk].first();
  }

  /** The arrays a chunk is about, for a message. */
  String subject(int index) {
    List<Span> spans = spans(index);
    String first = name(spans.get(0));
    String last = name(spans.get(spans.size() - 1));
    return first.equals(last) ? "array " + first : "arrays " + first + " to " + last;
  }

  private String name(Span span) {
    return PythonText.quote(plan.placements().get(span.array()).key());
  }

  /** Indices of the arrays that no chunk holds whole, so that no worker has written their CRC-32. */
  int[] spread() {
    return Arrays.stream(chunks)
        .filter(chunk -> {
          Placement first = plan.placements().get(chunk.first());
          return first.offset() < chunk.start() && !chunk.holds(first);
        })
        .mapToInt(Chunk::first)
        .distinct()
        .toArray();
  }
}
