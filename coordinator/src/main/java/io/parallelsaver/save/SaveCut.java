package io.parallelsaver.save;

import io.parallelsaver.job.Job;
import io.parallelsaver.job.JobSender;
import io.parallelsaver.npz.NpzPlan;
import io.parallelsaver.npz.NpzPlan.Member;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts the image of an archive into chunks, one for each job. It cuts along the file, not along the arrays: one large array makes many
 * chunks, many small ones share a chunk, and every chunk but the last begins and ends at a multiple of 4096, as unbuffered writes need.
 */
final class SaveCut {
  private static final int BLOCK = 4096;

  private final NpzPlan plan;
  private final long[] starts;

  /**
   * A part of the image that comes from one place.
   *
   * @param member index of the member it belongs to
   * @param part which of the member's parts it lies in
   * @param offset where it begins in the file
   * @param length how many bytes
   */
  record Span(int member, Part part, long offset, int length) {
    enum Part {
      /** Local header and padding: not covered by the member's CRC-32. */
      LOCAL_HEADER,
      NPY_HEADER,
      DATA
    }
  }

  private SaveCut(NpzPlan plan, long[] starts) {
    this.plan = plan;
    this.starts = starts;
  }

  static SaveCut of(NpzPlan plan, int chunkSize) {
    int mostMembers = JobSender.MAX_PIECES / Span.Part.values().length - 2;
    long end = plan.directoryOffset();
    long[] starts = new long[16];
    int count = 0;
    int first = 0;
    for (long start = 0; start < end; ) {
      if (count + 1 >= starts.length) {
        starts = Arrays.copyOf(starts, starts.length * 2);
      }
      starts[count++] = start;
      while (plan.members().get(first).end() <= start) {
        first++;
      }
      start = Math.min(start + chunkSize, end);
      if (first + mostMembers < plan.members().size()) {
        long crowded = plan.members().get(first + mostMembers).localOffset();
        start = Math.min(start, Math.max(starts[count - 1] + BLOCK, crowded / BLOCK * BLOCK));
      }
    }
    starts = Arrays.copyOf(starts, count + 1);
    starts[count] = end;
    return new SaveCut(plan, starts);
  }

  int chunks() {
    return starts.length - 1;
  }

  long start(int chunk) {
    return starts[chunk];
  }

  int length(int chunk) {
    return (int) (starts[chunk + 1] - starts[chunk]);
  }

  /** The parts of a chunk in the order of the file; empty ones are left out. */
  List<Span> spans(int chunk) {
    List<Span> spans = new ArrayList<>();
    long start = starts[chunk];
    long end = starts[chunk + 1];
    for (int i = firstMember(start);
        i < plan.members().size() && plan.members().get(i).localOffset() < end;
        i++) {
      Member member = plan.members().get(i);
      add(
          spans,
          i,
          Span.Part.LOCAL_HEADER,
          member.localOffset(),
          member.memberOffset(),
          start,
          end);
      add(spans, i, Span.Part.NPY_HEADER, member.memberOffset(), member.dataOffset(), start, end);
      add(spans, i, Span.Part.DATA, member.dataOffset(), member.end(), start, end);
    }
    return spans;
  }

  private static void add(
      List<Span> spans, int member, Span.Part part, long from, long to, long start, long end) {
    long low = Math.max(from, start);
    long high = Math.min(to, end);
    if (low < high) {
      spans.add(new Span(member, part, low, (int) (high - low)));
    }
  }

  /** Whether a member's CRC-32 can be written by the worker that does this chunk: it has all of the member. */
  boolean holds(int chunk, Member member) {
    return member.crcOffset() >= starts[chunk] && member.end() <= starts[chunk + 1];
  }

  /** Whether one chunk holds all of a member, so that its worker has written the CRC-32. */
  boolean stamped(Member member) {
    int found = Arrays.binarySearch(starts, member.crcOffset());
    return holds(found >= 0 ? found : -found - 2, member);
  }

  /** Index of the member that the byte at {@code offset} belongs to. */
  private int firstMember(long offset) {
    int low = 0;
    int high = plan.members().size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (plan.members().get(middle).end() <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** A piece of a chunk's job. */
  static Job.Piece piece(Span span, int source, long sourceOffset, int sum) {
    return new Job.Piece(source, sourceOffset, 0, span.offset(), span.length(), sum);
  }
}
