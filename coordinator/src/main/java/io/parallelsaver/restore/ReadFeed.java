package io.parallelsaver.restore;

import io.parallelsaver.error.CorruptException;
import io.parallelsaver.job.CallFiles;
import io.parallelsaver.job.Job;
import io.parallelsaver.job.Job.Kind;
import io.parallelsaver.job.Job.Piece;
import io.parallelsaver.job.JobSender;
import io.parallelsaver.job.Receipt;
import io.parallelsaver.job.Receipt.Outcome;
import io.parallelsaver.job.Sums;
import io.parallelsaver.npz.SeekTable;
import io.parallelsaver.pool.Failures;
import io.parallelsaver.pool.JobFeed;
import io.parallelsaver.pool.PoolOptions;
import io.parallelsaver.pool.ProgressListener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The jobs that read arrays: a {@link Kind#SCATTER} for each chunk of stored bytes, be they part of a large array or many small ones,
 * and an {@link Kind#INFLATE} for each run of deflated ones. Checks each array's CRC-32, where it is known, when its last part is in.
 */
final class ReadFeed implements JobFeed {
  /** Fewer bytes than this between two arrays, where source and target have them alike, are moved along: cheaper than to begin anew. */
  static final int MOST_GAP = 1024;

  /** How many times as long as copying it takes to inflate a byte. */
  private static final int INFLATE_WEIGHT = 8;

  private final long call;
  private final List<Reading> readings;
  private final int jobSize;
  private final ReadListener listener;
  private final ProgressListener progress;
  private final long total;
  private final long weight;
  private final int arrays;

  private final CallFiles files;

  private final Map<Integer, Batch> outstanding = new HashMap<>();

  /** Of the readings that are in more than one job, by index. */
  private final Map<Integer, PartSums> partly = new HashMap<>();

  private int next;
  private long nextOffset;
  private long nextDeflated;
  private int nextRun;
  private long firstLength;
  private int number;
  private long done;
  private int wholeArrays;

  /**
   * What one job reads: a part of the first reading or all of it, others whole, and perhaps the first part of one more.
   *
   * @param first index of the first reading
   * @param part which part of it
   * @param offset where in its content the part begins
   * @param bytes of all that is read
   */
  private record Batch(int first, int part, long offset, long bytes) {}

  /**
   * @param files the files that the readings go to; those that they come from are added
   * @param readings what is to be read; what stands in one file best in the order of that file
   * @param listener is told of what is there
   */
  ReadFeed(
      long call,
      CallFiles files,
      List<Reading> readings,
      PoolOptions options,
      ReadListener listener,
      ProgressListener progress) {
    this.call = call;
    this.files = files;
    this.readings = new ArrayList<>(readings.size());
    this.listener = listener;
    this.progress = progress;
    this.total = readings.stream().mapToLong(Reading::length).sum();
    this.jobSize = options.regionSize(total);
    this.weight = readings.stream().mapToLong(ReadFeed::weight).sum();
    this.arrays = readings.size();
    for (Reading reading : readings) {
      if (reading.length() > 0) {
        this.readings.add(reading);
        files.read(reading.file(), reading.offset(), reading.length());
      } else if (reading.size() > 0 || reading.crc().orElse(0) != 0) {
        listener.damaged(reading, wrong(reading, 0));
      } else {
        listener.part(reading, 0, 0);
      }
    }
  }

  private static long weight(Reading reading) {
    return reading.deflated().isPresent() ? reading.size() * INFLATE_WEIGHT : reading.size();
  }

  @Override
  public CallFiles files() {
    return files;
  }

  @Override
  public long weight() {
    return weight;
  }

  @Override
  public boolean exhausted() {
    return next == readings.size();
  }

  @Override
  public Job poll() {
    if (exhausted()) {
      return null;
    }
    Reading reading = readings.get(next);
    return reading.deflated().map(runs -> inflate(reading, runs)).orElseGet(this::scatter);
  }

  private Job inflate(Reading reading, SeekTable runs) {
    long content = runs.content()[nextRun];
    long skip = Math.min(content, Math.max(0, reading.skip() - nextOffset));
    long target = Math.max(0, reading.targetOffset() + nextOffset + skip - reading.skip());
    long deflated = runs.deflated()[nextRun];
    Builder job = new Builder(nextRun);
    if (nextRun == 0 && runs.runs() > 1) {
      partly.put(next, new PartSums(runs.runs()));
    }
    job.move(reading, reading.offset() + nextDeflated, target, deflated);
    nextRun++;
    nextOffset += content;
    nextDeflated += deflated;
    if (nextRun == runs.runs()) {
      next++;
      nextRun = 0;
      nextOffset = 0;
      nextDeflated = 0;
    }
    return job.build(Kind.INFLATE, skip, content);
  }

  private Job scatter() {
    boolean begun = nextOffset > 0;
    Builder job = new Builder(begun ? (int) ((nextOffset - firstLength) / jobSize) + 1 : 0);
    while (!exhausted() && job.hasRoom()) {
      Reading reading = readings.get(next);
      if (reading.deflated().isPresent()) {
        break;
      }
      long offset = nextOffset;
      long length = Math.min(jobSize - job.bytes, reading.size() - offset);
      if (offset == 0 && length < reading.size()) {
        partly.put(next, new PartSums(partsOf(reading.size() - length)));
      }
      job.move(reading, reading.offset() + offset, reading.targetOffset() + offset, length);
      job.sums.add(job.content - (int) length, job.content, Sums.NO_STAMP);
      advance(offset, length, reading.size());
    }
    return job.build(Kind.SCATTER, 0, 0);
  }

  private void advance(long offset, long length, long size) {
    if (offset == 0) {
      firstLength = length;
    }
    nextOffset = offset + length;
    if (nextOffset == size) {
      nextOffset = 0;
      next++;
    }
  }

  /** Parts of an array of which {@code rest} bytes remain after the first: all others fill a job of their own. */
  private int partsOf(long rest) {
    return Math.toIntExact(1 + (rest + jobSize - 1) / jobSize);
  }

  /** Puts one job together. */
  private final class Builder {
    private final int first = next;
    private final int part;
    private final long offset = nextOffset;
    private final List<Piece> pieces = new ArrayList<>();
    private final Sums sums = new Sums();

    // Of the readings; the pieces may have bytes between them too.
    private long bytes;
    private int content;

    private Reading last;

    private Piece piece;

    Builder(int part) {
      this.part = part;
    }

    boolean hasRoom() {
      return bytes < jobSize
          && pieces.size() < JobSender.MAX_PIECES
          && sums.count() < JobSender.MAX_SUMS;
    }

    /** Moves bytes of a reading, with the last piece if these follow it closely in source and target. */
    void move(Reading reading, long from, long to, long length) {
      long gap = last == null ? -1 : from - piece.sourceOffset() - piece.length();
      boolean joined = gap >= 0
          && gap <= MOST_GAP
          && reading.sameFile(last)
          && reading.target() == last.target()
          && (reading.target() == Job.NO_FILE || to - piece.targetOffset() - piece.length() == gap);
      if (joined) {
        piece = new Piece(
            piece.source(),
            piece.sourceOffset(),
            piece.target(),
            piece.targetOffset(),
            piece.length() + gap + length);
        pieces.set(pieces.size() - 1, piece);
        content += (int) gap;
      } else {
        int target = reading.target();
        int source = files.source(reading.file());
        piece = new Piece(source, from, target, target == Job.NO_FILE ? 0 : to, length);
        pieces.add(piece);
      }
      last = reading;
      bytes += length;
      content += (int) length;
    }

    Job build(Kind kind, long skip, long inflatedSize) {
      outstanding.put(number, new Batch(first, part, offset, bytes));
      return new Job(call, number++, 0, kind, pieces, sums, skip, inflatedSize);
    }
  }

  @Override
  public void answered(Job job, Receipt receipt) {
    Batch batch = outstanding.get(job.number());
    if (receipt.outcome() == Outcome.CORRUPT && job.kind() == Kind.INFLATE) {
      Reading reading = readings.get(batch.first());
      listener.damaged(reading, new CorruptException(reading.subject() + ": " + receipt.error()));
    } else if (receipt.outcome() != Outcome.DONE) {
      throw Failures.of(subject(job), receipt);
    } else {
      check(batch, job, receipt.crcs());
    }
    outstanding.remove(job.number());
    done += batch.bytes();
    progress.progress(done, total);
    progress.arrays(wholeArrays + arrays - readings.size(), arrays);
  }

  private void check(Batch batch, Job job, int[] crcs) {
    for (int i = 0; i < crcs.length; i++) {
      int index = batch.first() + i;
      Reading reading = readings.get(index);
      long length = job.kind() == Kind.INFLATE
          ? job.inflatedSize()
          : job.sums().end(i) - job.sums().start(i);
      tellOfPart(reading, i == 0 ? batch.offset() : 0, length);
      PartSums sum = partly.isEmpty() ? null : partly.get(index);
      if (sum == null) {
        check(reading, crcs[i]);
      } else if (sum.add(i == 0 ? batch.part() : 0, crcs[i], length)) {
        partly.remove(index);
        check(reading, sum.whole());
      }
    }
  }

  private void tellOfPart(Reading reading, long offset, long length) {
    long from = Math.max(0, offset - reading.skip());
    long to = offset + length - reading.skip();
    if (from < to || reading.size() == reading.skip()) {
      listener.part(reading, from, Math.max(0, to - from));
    }
  }

  private void check(Reading reading, int crc) {
    wholeArrays++;
    if (reading.crc().orElse(crc) != crc) {
      listener.damaged(reading, wrong(reading, crc));
    }
  }

  private static CorruptException wrong(Reading reading, int found) {
    return new CorruptException(String.format(
        Locale.ROOT,
        "%s: CRC-32 of its %d bytes at %d is %08x, the archive's directory wants %08x; the file is damaged",
        reading.subject(),
        reading.size(),
        reading.offset(),
        found,
        reading.crc().orElse(0)));
  }

  @Override
  public String subject(Job job) {
    String first = readings.get(outstanding.get(job.number()).first()).subject();
    int others = job.sums().count() - 1;
    return others < 1 ? first : first + " and " + others + " after it";
  }
}
