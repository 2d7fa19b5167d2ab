package io.parallelsaver.restore;

import io.parallelsaver.array.PythonText;
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
import io.parallelsaver.npz.ArchiveMember;
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
import java.util.function.BiConsumer;

/**
 * The jobs that read an archive: a {@link Kind#SCATTER} for each chunk of stored bytes, be they part of a large member or many small
 * ones, and an {@link Kind#INFLATE} for each deflated member. Checks each member's CRC-32 when its last part is in.
 */
final class ReadFeed implements JobFeed {
  private static final int ARCHIVE = 0;
  private static final int PIECES_PER_MEMBER = 2;
  private static final int PATHS_PER_JOB = 64 << 10;

  private final long call;
  private final Path archive;
  private final List<Destination> destinations;
  private final int chunkSize;
  private final BiConsumer<ArchiveMember, InputException> damaged;
  private final ProgressListener progress;
  private final long total;

  private final Map<Integer, List<Part>> outstanding = new HashMap<>();
  private int next;
  private long nextOffset;
  private long nextDeflated;
  private int nextRun;
  private long firstLength;
  private Sum nextSum;
  private int number;
  private long done;

  /** A run of one member's content, read by one job. */
  private record Part(Destination destination, Sum sum, int index, long length) {}

  /** CRC-32 of one member's parts as they come in. */
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

  /**
   * @param destinations the members to be read, in the order of the archive
   * @param damaged is told of each member whose bytes are not what they should be; may throw to end the call
   */
  ReadFeed(
      long call,
      Path archive,
      List<Destination> destinations,
      int chunkSize,
      BiConsumer<ArchiveMember, InputException> damaged,
      ProgressListener progress) {
    this.call = call;
    this.archive = archive;
    this.destinations = destinations;
    this.chunkSize = chunkSize;
    this.damaged = damaged;
    this.progress = progress;
    this.total =
        destinations.stream().mapToLong(to -> to.member().compressedSize()).sum();
  }

  @Override
  public boolean exhausted() {
    return next == destinations.size();
  }

  @Override
  public Job poll() {
    if (exhausted()) {
      return null;
    }
    return destinations.get(next).member().stored() ? scatter() : inflate();
  }

  private Job inflate() {
    Destination to = destinations.get(next);
    ArchiveMember member = to.member();
    SeekTable runs = member
        .seek()
        .orElseGet(
            () -> new SeekTable(new long[] {member.size()}, new long[] {member.compressedSize()}));
    if (nextRun == 0) {
      nextSum = new Sum(runs.runs());
    }
    long content = runs.content()[nextRun];
    long skip = Math.min(content, Math.max(0, to.skip() - nextOffset));
    long target = Math.max(0, to.offset() + nextOffset + skip - to.skip());
    long deflated = runs.deflated()[nextRun];
    Builder job = new Builder();
    job.parts.add(new Part(to, nextSum, nextRun, content));
    job.pieces.add(
        new Piece(ARCHIVE, member.offset() + nextDeflated, job.file(to), target, deflated, 0));
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
      Destination to = destinations.get(next);
      ArchiveMember member = to.member();
      if (!member.stored()) {
        break;
      }
      long offset = nextOffset;
      long length = Math.min(room, member.size() - offset);
      if (offset == 0) {
        nextSum = new Sum(partsOf(member.size() - length));
      }
      int sum = job.sums();
      int index = offset == 0 ? 0 : (int) ((offset - firstLength) / chunkSize) + 1;
      long summedOnly = Math.max(0, Math.min(to.skip() - offset, length));
      if (summedOnly > 0) {
        job.pieces.add(
            new Piece(ARCHIVE, member.offset() + offset, Job.NO_FILE, 0, summedOnly, sum));
      }
      long from = offset + summedOnly;
      if (summedOnly < length) {
        long target = to.file() == null ? 0 : to.offset() + from - to.skip();
        job.pieces.add(new Piece(
            ARCHIVE, member.offset() + from, job.file(to), target, length - summedOnly, sum));
      }
      job.parts.add(new Part(to, nextSum, index, length));
      room -= length;
      advance(offset, length, member.size());
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

  /** Parts of a member of which {@code rest} bytes remain after the first: all others fill a job of their own. */
  private int partsOf(long rest) {
    return Math.toIntExact(1 + (rest + chunkSize - 1) / chunkSize);
  }

  /** Puts one job together. */
  private final class Builder {
    private final List<JobFile> files =
        new ArrayList<>(List.of(new JobFile(ARCHIVE, Mode.READ, archive.toString())));
    private final List<Piece> pieces = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();
    private int pathBytes;

    boolean hasRoom() {
      return pieces.size() + PIECES_PER_MEMBER <= JobSender.MAX_PIECES && pathBytes < PATHS_PER_JOB;
    }

    int sums() {
      return parts.size();
    }

    int file(Destination to) {
      if (to.file() == null) {
        return Job.NO_FILE;
      }
      int index = files.lastIndexOf(to.file());
      if (index < 0) {
        index = files.size();
        files.add(to.file());
        pathBytes += to.file().path().length() * 3;
      }
      return index;
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
      ArchiveMember member = answered.get(0).destination().member();
      damaged.accept(member, new CorruptException(name(member) + ": " + receipt.error()));
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
      ArchiveMember member = part.destination().member();
      if (part.sum().add(part.index(), crcs[i], part.length())
          && part.sum().whole() != member.crc()) {
        damaged.accept(
            member,
            new CorruptException(String.format(
                Locale.ROOT,
                "%s: CRC-32 of its %d bytes at %d is %08x, the archive's directory says %08x; the file is damaged",
                name(member),
                member.size(),
                member.offset(),
                part.sum().whole(),
                member.crc())));
      }
    }
  }

  private String name(ArchiveMember member) {
    return archive + ": array " + PythonText.quote(member.key());
  }

  @Override
  public String subject(Job job) {
    return subject(outstanding.get(job.number()));
  }

  private String subject(List<Part> of) {
    String first = name(of.get(0).destination().member());
    return of.size() == 1 ? first : first + " and " + (of.size() - 1) + " after it";
  }
}
