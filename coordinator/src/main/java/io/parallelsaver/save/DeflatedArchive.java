package io.parallelsaver.save;

import io.parallelsaver.job.Receipt;
import io.parallelsaver.npz.Crc32;
import io.parallelsaver.npz.DeflatedPlan;
import io.parallelsaver.npz.DeflatedPlan.Outcome;
import io.parallelsaver.npz.SeekTable;
import io.parallelsaver.output.OutputFile;
import io.parallelsaver.save.SaveCut.Span;
import io.parallelsaver.save.SavePlan.Placement;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts deflated chunks behind each other in the file, and keeps what the directory will say of each member. A member's local header says
 * what its CRC-32 is as soon as the member is whole: so much can be repaired should the file stay unfinished.
 */
final class DeflatedArchive {
  private final DeflatedPlan plan;
  private final SavePlan places;
  private final OutputFile file;
  private final List<Outcome> outcomes = new ArrayList<>();
  private long end;

  /** Of the member that is being appended. */
  private final List<Run> runs = new ArrayList<>();

  private long localOffset;

  /** One block of a member. */
  private static final class Run {
    private final int crc;
    private long content;
    private long deflated;

    Run(int crc, long deflated) {
      this.crc = crc;
      this.deflated = deflated;
    }
  }

  DeflatedArchive(DeflatedPlan plan, SavePlan places, OutputFile file) {
    this.plan = plan;
    this.places = places;
    this.file = file;
  }

  /**
   * Appends a chunk.
   *
   * @param spans its parts
   * @param receipt checksums and lengths of its blocks
   * @param bytes what the worker made of it, and more behind
   */
  void append(List<Span> spans, Receipt receipt, ByteBuffer bytes) {
    int sum = -1;
    int array = -1;
    int length = 0;
    for (Span span : spans) {
      Placement placement = places.placements().get(span.array());
      if (span.offset() == placement.offset()) {
        localOffset = end + length;
        runs.clear();
      }
      switch (span.part()) {
        case UNSUMMED -> length += span.length();
        case AFTER -> {
          length += span.length();
          runs.get(runs.size() - 1).deflated += span.length();
        }
        default -> {
          if (span.array() != array) {
            array = span.array();
            sum++;
            length += receipt.lengths()[sum];
            runs.add(new Run(receipt.crcs()[sum], receipt.lengths()[sum]));
          }
          runs.get(runs.size() - 1).content += span.length();
        }
      }
      if (span.offset() + span.length() == placement.end()) {
        Outcome outcome = outcome();
        placement.check(outcome.crc());
        outcomes.add(outcome);
        plan.patch(outcomes.size() - 1, outcome, (offset, field) -> patch(offset, field, bytes));
      }
    }
    file.write(bytes.limit(length), end);
    end += length;
  }

  /** What stands in this chunk of a header is written with it; what stands before is in the file already. */
  private void patch(long offset, ByteBuffer field, ByteBuffer chunk) {
    int before = (int) Math.max(0, Math.min(field.remaining(), end - offset));
    if (before > 0) {
      file.write(field.slice(0, before), offset);
    }
    int at = (int) Math.max(0, offset - end);
    chunk.put(at, field, before, field.remaining() - before);
  }

  private Outcome outcome() {
    int crc = 0;
    long compressedSize = 0;
    for (Run run : runs) {
      crc = Crc32.combine(crc, run.crc, run.content);
      compressedSize += run.deflated;
    }
    long[] content = runs.stream().mapToLong(run -> run.content).toArray();
    long[] deflated = runs.stream().mapToLong(run -> run.deflated).toArray();
    return new Outcome(localOffset, crc, compressedSize, SeekTable.of(content, deflated));
  }

  /** Writes the directory and gives the file its name. Returns its length. */
  long finish() {
    ByteBuffer directory = plan.directory(outcomes, end);
    long size = end + directory.remaining();
    file.finish(directory, end);
    return size;
  }
}
