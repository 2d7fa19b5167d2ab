package io.parallelsaver.restore;

import io.parallelsaver.array.Region;
import io.parallelsaver.job.Job;
import io.parallelsaver.job.Job.JobFile;
import io.parallelsaver.job.Job.Kind;
import io.parallelsaver.job.Job.Mode;
import io.parallelsaver.job.Job.Piece;
import io.parallelsaver.job.JobSender;
import io.parallelsaver.job.Receipt;
import io.parallelsaver.job.Receipt.Outcome;
import io.parallelsaver.pool.Failures;
import io.parallelsaver.pool.JobFeed;
import io.parallelsaver.pool.ProgressListener;
import java.util.ArrayList;
import java.util.List;

/** The jobs that copy regions of files into one file; large regions are cut, small ones share a job. Nothing says what their checksum is. */
final class RegionFeed implements JobFeed {
  private static final int TARGET = 0;

  /** Files in a job: their names must fit into a message. */
  private static final int FILES_PER_JOB = 32;

  private static final long[] NO_STAMPS = {};

  /**
   * One copy.
   *
   * @param subject the array, for a message
   * @param source where the bytes are
   * @param targetOffset where they go
   */
  record Copy(String subject, Region source, long targetOffset) {}

  private final long call;
  private final JobFile target;
  private final List<Copy> copies;
  private final int chunkSize;
  private final ProgressListener progress;
  private final long total;
  private int next;
  private long nextOffset;
  private int number;
  private long done;

  /**
   * @param target the file, whose id is 0
   */
  RegionFeed(
      long call, JobFile target, List<Copy> copies, int chunkSize, ProgressListener progress) {
    this.call = call;
    this.target = target;
    this.copies = copies.stream().filter(copy -> copy.source().length() > 0).toList();
    this.chunkSize = chunkSize;
    this.progress = progress;
    this.total = copies.stream().mapToLong(copy -> copy.source().length()).sum();
  }

  @Override
  public boolean exhausted() {
    return next == copies.size();
  }

  @Override
  public Job poll() {
    if (exhausted()) {
      return null;
    }
    List<JobFile> files = new ArrayList<>(List.of(target));
    List<Piece> pieces = new ArrayList<>();
    long room = chunkSize;
    while (!exhausted()
        && room > 0
        && files.size() < FILES_PER_JOB
        && pieces.size() < JobSender.MAX_PIECES) {
      Copy copy = copies.get(next);
      JobFile file = new JobFile(next + 1, Mode.READ, copy.source().file().toString());
      if (!files.get(files.size() - 1).equals(file)) {
        files.add(file);
      }
      long length = Math.min(room, copy.source().length() - nextOffset);
      pieces.add(new Piece(
          files.size() - 1,
          copy.source().offset() + nextOffset,
          TARGET,
          copy.targetOffset() + nextOffset,
          length,
          Job.NO_SUM));
      room -= length;
      nextOffset += length;
      if (nextOffset == copy.source().length()) {
        next++;
        nextOffset = 0;
      }
    }
    return new Job(call, number++, 0, Kind.SCATTER, files, pieces, NO_STAMPS, 0, 0);
  }

  @Override
  public void answered(Job job, Receipt receipt) {
    if (receipt.outcome() != Outcome.DONE) {
      throw Failures.of(subject(job), receipt);
    }
    done += job.bytes();
    progress.progress(done, total);
  }

  @Override
  public String subject(Job job) {
    Copy first = copies.get(job.files().get(1).id() - 1);
    int more = job.files().size() - 2;
    return "array " + first.subject() + (more == 0 ? "" : " and " + more + " after it");
  }
}
