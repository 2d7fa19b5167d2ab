package io.parallelsaver.job;

import io.parallelsaver.job.Job.Kind;
import io.parallelsaver.job.Job.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Jobs for tests. */
final class Jobs {
  private Jobs() {}

  /** A job of one small piece. */
  static Job small(long call, int number) {
    return new Job(
        call,
        number,
        0,
        Kind.GATHER,
        List.of(new Piece(Job.ARENA, 4096, 1, 64L * number, 64)),
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
        call, number, 0, Kind.SCATTER, java.util.Collections.nCopies(pieces, piece), sums, 0, 0);
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
    List<Piece> pieces = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      pieces.add(new Piece(
          random.nextBoolean() ? Job.ARENA : random.nextInt(4),
          random.nextLong() >>> 2,
          random.nextInt(6) + Job.ARENA,
          random.nextLong() >>> 2,
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
        pieces,
        sums,
        random.nextLong(),
        random.nextLong(),
        random.nextInt());
  }
}
