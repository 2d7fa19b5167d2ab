package io.parallelsaver.restore;

import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.job.Job;
import io.parallelsaver.job.Job.JobFile;
import io.parallelsaver.job.Job.Kind;
import io.parallelsaver.job.Job.Mode;
import io.parallelsaver.job.Job.Piece;
import io.parallelsaver.job.JobSender;
import io.parallelsaver.job.Receipt;
import io.parallelsaver.job.Receipt.Outcome;
import io.parallelsaver.npz.Crc32;
import io.parallelsaver.npz.SeekTable;
import io.parallelsaver.pool.Failures;
import io.parallelsaver.pool.JobFeed;
import io.parallelsaver.pool.ProgressListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The jobs that read arrays: a {@link Kind#SCATTER} for each chunk of stored bytes, be they part of a large array or many small ones,
 * and an {@link Kind#INFLATE} for each run of deflated ones. Checks each array's CRC-32, where it is known, when its last part is in.
 */
final class ReadFeed implements JobFeed {
  private static final int PIECES_PER_READING = 2;
  private static final int PATHS_PER_JOB = 64 << 10;

  /** How many times as long as copying it takes to inflate a byte. */
  private static final int INFLATE_WEIGHT = 8;

  private final long call;
  private final List<Reading> readings;
  private final int chunkSize;
  private final Listener listener;
  private final ProgressListener progress;
  private final long total;
  private final long weight;

  /** Numbered from -1 down, the targets from 0 up by whoever names them. */
  private final Map<Path, JobFile> sources = new HashMap<>();

  private final Map<Integer, List<Part>> outstanding = new HashMap<>();
  private int next;
  private long nextOffset;
  private long nextDeflated;
  private int nextRun;
  private long firstLength;
  private Sum nextSum;
  private int number;
  private long done;

  /** A run of one array's content, read by one job. */
  private record Part(Reading reading, Sum sum, int index, long length) {}

  /** CRC-32 of one array's parts as they come in. */
  private static final class Sum {
    private final int[] crcs;
    private final long[] lengths;
    private int missing;

    Sum(int count) {
      crcs = new int[count];
      lengths = new long[count];
      missing = count;
    }

    /** True when this was the last part. */
    boolean add(int index, int crc, long length) {
      crcs[index] = crc;
      lengths[index] = length;
      return --missing == 0;
    }

    int whole() {
      int crc = crcs[0];
      for (int i = 1; i < crcs.length; i++) {
        crc = Crc32.combine(crc, crcs[i], lengths[i]);
      }
      return crc;
    }
  }

  /** Learns what has become of each reading. */
  interface Listener {
    /** Does nothing until a reading is damaged, and then ends the call. */
    Listener STRICT = new Listener() {};

    /** All of it is there, and right as far as anyone knows. */
    default void whole(Reading reading) {}

    /** Its bytes are not what they should be. */
    default void damaged(Reading reading, InputException problem) {
      throw problem;
    }
  }

  /**
   * @param readings what is to be read; what stands in one file best in the order of that file
   * @param listener is told of each when its last byte is in
   */
  ReadFeed(
      long call,
      List<Reading> readings,
      int chunkSize,
      Listener listener,
      ProgressListener progress) {
    this.call = call;
    this.readings = new ArrayList<>(readings.size());
    this.chunkSize = chunkSize;
    this.listener = listener;
    this.progress = progress;
    this.total = readings.stream().mapToLong(Reading::length).sum();
    this.weight = readings.stream().mapToLong(ReadFeed::weight).sum();
    for (Reading reading : readings) {
      if (reading.length() > 0) {
        this.readings.add(reading);
      } else if (reading.size() > 0 || reading.crc().orElse(0) != 0) {
        listener.damaged(reading, wrong(reading, 0));
      } else {
        listener.whole(reading);
      }
    }
  }

  private static long weight(Reading reading) {
    return reading.deflated().isPresent() ? reading.size() * INFLATE_WEIGHT : reading.size();
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
    if (nextRun == 0) {
      nextSum = new Sum(runs.runs());
    }
    long content = runs.content()[nextRun];
    long skip = Math.min(content, Math.max(0, reading.skip() - nextOffset));
    long target = Math.max(0, reading.targetOffset() + nextOffset + skip - reading.skip());
    long deflated = runs.deflated()[nextRun];
    Builder job = new Builder();
    job.parts.add(new Part(reading, nextSum, nextRun, content));
    job.pieces.add(new Piece(
        job.source(reading),
        reading.offset() + nextDeflated,
        job.target(reading),
        target,
        deflated,
        0));
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
    Builder job = new Builder();
    long room = chunkSize;
    while (!exhausted() && room > 0 && job.hasRoom()) {
      Reading reading = readings.get(next);
      if (reading.deflated().isPresent()) {
        break;
      }
      long offset = nextOffset;
      long length = Math.min(room, reading.size() - offset);
      if (offset == 0) {
        nextSum = new Sum(partsOf(reading.size() - length));
      }
      int sum = job.sums();
      int index = offset == 0 ? 0 : (int) ((offset - firstLength) / chunkSize) + 1;
      long summedOnly = Math.max(0, Math.min(reading.skip() - offset, length));
      int source = job.source(reading);
      if (summedOnly > 0) {
        job.pieces.add(
            new Piece(source, reading.offset() + offset, Job.NO_FILE, 0, summedOnly, sum));
      }
      long from = offset + summedOnly;
      if (summedOnly < length) {
        int target = job.target(reading);
        long targetOffset =
            target == Job.NO_FILE ? 0 : reading.targetOffset() + from - reading.skip();
        job.pieces.add(new Piece(
            source, reading.offset() + from, target, targetOffset, length - summedOnly, sum));
      }
      job.parts.add(new Part(reading, nextSum, index, length));
      room -= length;
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
    return Math.toIntExact(1 + (rest + chunkSize - 1) / chunkSize);
  }

  /** Puts one job together. */
  private final class Builder {
    private final List<JobFile> files = new ArrayList<>();
    private final Map<JobFile, Integer> indices = new HashMap<>();
    private final List<Piece> pieces = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();
    private int pathBytes;

    boolean hasRoom() {
      return pieces.size() + PIECES_PER_READING <= JobSender.MAX_PIECES
          && pathBytes < PATHS_PER_JOB;
    }

    int sums() {
      return parts.size();
    }

    int source(Reading reading) {
      return index(sources.computeIfAbsent(
          reading.file(), file -> new JobFile(-1 - sources.size(), Mode.READ, file.toString())));
    }

    int target(Reading reading) {
      return reading.target() == null ? Job.NO_FILE : index(reading.target());
    }

    private int index(JobFile file) {
      Integer known = indices.putIfAbsent(file, files.size());
      if (known != null) {
        return known;
      }
      files.add(file);
      pathBytes += file.path().length() * 3;
      return files.size() - 1;
    }

    Job build(Kind kind, long skip, long inflatedSize) {
      long[] stamps = new long[sums()];
      Arrays.fill(stamps, -1);
      outstanding.put(number, parts);
      return new Job(call, number++, 0, kind, files, pieces, stamps, skip, inflatedSize);
    }
  }

  @Override
  public void answered(Job job, Receipt receipt) {
    List<Part> answered = outstanding.remove(job.number());
    if (receipt.outcome() == Outcome.CORRUPT && job.kind() == Kind.INFLATE) {
      Reading reading = answered.get(0).reading();
      listener.damaged(reading, new CorruptException(reading.subject() + ": " + receipt.error()));
    } else if (receipt.outcome() != Outcome.DONE) {
      throw Failures.of(subject(answered), receipt);
    } else {
      check(answered, receipt.crcs());
    }
    done += job.bytes();
    progress.progress(done, total);
  }

  private void check(List<Part> answered, int[] crcs) {
    for (int i = 0; i < crcs.length; i++) {
      Part part = answered.get(i);
      Reading reading = part.reading();
      if (!part.sum().add(part.index(), crcs[i], part.length())) {
        continue;
      }
      int sum = part.sum().whole();
      if (reading.crc().orElse(sum) == sum) {
        listener.whole(reading);
      } else {
        listener.damaged(reading, wrong(reading, sum));
      }
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
    return subject(outstanding.get(job.number()));
  }

  private static String subject(List<Part> of) {
    String first = of.get(0).reading().subject();
    return of.size() == 1 ? first : first + " and " + (of.size() - 1) + " after it";
  }
}
