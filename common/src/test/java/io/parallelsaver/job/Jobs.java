package io.parallelsaver.job;

import io.parallelsaver.job.Job.JobFile;
import io.parallelsaver.job.Job.Kind;
import io.parallelsaver.job.Job.Mode;
import io.parallelsaver.job.Job.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Jobs for tests. */
final class Jobs {
  private Jobs() {}

  /** A job of one small piece. */
  static Job small(long call, int number) {
    List<JobFile> files =
        List.of(new JobFile(1, Mode.ARENA, ""), new JobFile(2, Mode.WRITE, "/target"));
    return new Job(
        call,
        number,
        0,
        Kind.GATHER,
        files,
        List.of(new Piece(0, 4096, 1, 64L * number, 64)),
        sums(new int[] {30, 64, 14}),
        0,
        0);
  }

  /** A job of so many pieces; 32 bytes each in the queue. */
  static Job large(long call, int number, int pieces) {
    return large(call, number, pieces, 0);
  }

  /** A job of so many pieces, 32 bytes each in the queue, and sums, 12 bytes each. */
  static Job large(long call, int number, int pieces, int count) {
    Piece piece = new Piece(0, 1, Job.NO_FILE, 0, 2);
    Sums sums = new Sums();
    for (int i = 0; i < count; i++) {
      sums.add(0, 0, Sums.NO_STAMP);
    }
    return new Job(
        call,
        number,
        0,
        Kind.SCATTER,
        List.of(new JobFile(1, Mode.READ, "/source")),
        java.util.Collections.nCopies(pieces, piece),
        sums,
        0,
        0);
  }

  /** Runs of start, end and stamp. */
  static Sums sums(int[]... runs) {
    Sums sums = new Sums();
    for (int[] run : runs) {
      sums.add(run[0], run[1], run[2]);
    }
    return sums;
  }

  static Job random(Random random) {
    List<JobFile> files = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      files.add(new JobFile(
          random.nextInt(),
          Mode.values()[random.nextInt(4)],
          "/dir/gr\u00f6\u00dfe-\u6e29".repeat(random.nextInt(4))));
    }
    List<Piece> pieces = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      pieces.add(new Piece(
          random.nextInt(files.size()),
          random.nextLong() >>> 1,
          random.nextInt(files.size() + 1) - 1,
          random.nextLong() >>> 1,
          random.nextLong() >>> 4));
    }
    long content = pieces.stream().mapToLong(Piece::length).sum();
    Sums sums = new Sums();
    int at = 0;
    for (int i = random.nextInt(4); i > 0 && content > Integer.MAX_VALUE; i--) {
      int start = at + random.nextInt(1000);
      at = start + random.nextInt(1000);
      sums.add(start, at, random.nextInt(1000) - 1);
    }
    Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
    return new Job(
        random.nextLong(),
        random.nextInt(),
        random.nextInt(),
        kind,
        files,
        pieces,
        sums,
        random.nextLong(),
        random.nextLong(),
        random.nextInt());
  }
}
