package io.parallelsaver.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class JobCodecTest {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());

  private static Receipt receipt(Random random) {
    Receipt.Outcome outcome = Receipt.Outcome.values()[random.nextInt(4)];
    String error = "b\u00f6se \u6e29".repeat(random.nextInt(5));
    int[] crcs = random.ints(random.nextInt(4)).toArray();
    return new Receipt(
        random.nextLong(),
        random.nextInt(),
        random.nextInt(),
        random.nextInt(),
        random.nextLong(),
        outcome,
        error,
        crcs,
        random.ints(random.nextInt(4)).toArray());
  }

  @Test
  void givesBackEveryJob() {
    Random random = new Random(SEED);
    for (int i = 0; i < 2000; i++) {
      Job job = Jobs.random(random);
      ByteBuffer bytes = JobCodec.encode(job);
      assertEquals(JobCodec.size(job), bytes.remaining());
      assertEquals(job, JobCodec.decodeJob(bytes), "seed " + SEED);
      assertEquals(
          job,
          JobCodec.decodeJob(
              ByteBuffer.allocate(bytes.limit() + 9).position(9).put(bytes).position(9)));
    }
  }

  @Test
  void givesBackEveryReceipt() {
    Random random = new Random(SEED);
    for (int i = 0; i < 2000; i++) {
      Receipt receipt = receipt(random);
      Receipt found = JobCodec.decodeReceipt(JobCodec.encode(receipt));
      assertArrayEquals(receipt.crcs(), found.crcs());
      Receipt expected = new Receipt(
          receipt.call(),
          receipt.number(),
          receipt.attempt(),
          receipt.worker(),
          receipt.nanos(),
          receipt.outcome(),
          receipt.error(),
          found.crcs(),
          found.lengths());
      assertArrayEquals(receipt.lengths(), found.lengths());
      assertEquals(expected, found, "seed " + SEED);
    }
  }

  @Test
  void cutsLongErrorsOff() {
    Receipt receipt =
        new Receipt(1, 2, 3, 4, 5, Receipt.Outcome.FAILED, "x".repeat(100_000), new int[] {7});
    Receipt found = JobCodec.decodeReceipt(JobCodec.encode(receipt));
    assertEquals("x".repeat(4096), found.error());
    assertArrayEquals(new int[] {7}, found.crcs());
  }

  @Test
  void fitsAsManyPiecesAndSumsAsItPromises() {
    Job most = Jobs.large(1, 1, JobSender.MAX_PIECES, JobSender.MAX_SUMS);
    assertTrue(JobSender.fits(most));
    assertTrue(!JobSender.fits(Jobs.large(1, 1, 4 * JobSender.MAX_PIECES, 0)));
  }

  @Test
  void refusesSumsOutsideTheContent() {
    Supplier<ByteBuffer> fresh =
        () -> JobCodec.encode(Jobs.small(1, 1)).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    int sum = JobCodec.size(Jobs.small(1, 1)) - Sums.BYTES;
    for (int[] lie : new int[][] {{0, -1}, {0, 65}, {4, 29}, {4, 65}, {8, -2}, {8, 61}}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> JobCodec.decodeJob(fresh.get().putInt(sum + lie[0], lie[1])),
          lie[0] + ": " + lie[1]);
    }
    assertEquals(
        Jobs.sums(new int[] {0, 64, 60}),
        JobCodec.decodeJob(fresh.get().putInt(sum, 0).putInt(sum + 8, 60)).sums());
  }

  @Test
  void refusesSumsThatOverlap() {
    Job job = Jobs.small(1, 1);
    Sums overlapping = Jobs.sums(new int[] {0, 20, -1}, new int[] {19, 30, -1});
    Job wrong = new Job(1, 1, 0, job.kind(), job.pieces(), overlapping, 0, 0);
    assertThrows(IllegalArgumentException.class, () -> JobCodec.decodeJob(JobCodec.encode(wrong)));
  }

  @Test
  void refusesEveryMessageThatIsCutOff() {
    Random random = new Random(SEED);
    for (int i = 0; i < 50; i++) {
      refusesCuts(JobCodec.encode(Jobs.random(random)), JobCodec::decodeJob);
      refusesCuts(JobCodec.encode(receipt(random)), JobCodec::decodeReceipt);
    }
  }

  private static void refusesCuts(ByteBuffer bytes, Function<ByteBuffer, ?> decode) {
    for (int cut = 0; cut < bytes.limit(); cut++) {
      ByteBuffer part = bytes.duplicate().limit(cut);
      assertThrows(
          IllegalArgumentException.class,
          () -> decode.apply(part),
          () -> "cut off at " + part.limit() + ", seed " + SEED);
    }
  }

  @Test
  void answersAnyChangedByteWithAMessageOrARefusal() {
    Random random = new Random(SEED);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      refused += changed(random, JobCodec.encode(Jobs.random(random)), JobCodec::decodeJob);
      refused += changed(random, JobCodec.encode(receipt(random)), JobCodec::decodeReceipt);
    }
    assertTrue(refused > 1000, "only " + refused + " refused, seed " + SEED);
  }

  private static int changed(Random random, ByteBuffer bytes, Function<ByteBuffer, ?> decode) {
    int refused = 0;
    for (int i = 0; i < 100; i++) {
      ByteBuffer changed = ByteBuffer.wrap(bytes.array().clone());
      int at = random.nextInt(changed.limit());
      changed.put(at, (byte) random.nextInt(256));
      try {
        decode.apply(changed);
      } catch (IllegalArgumentException e) {
        refused++;
      } catch (RuntimeException | Error e) {
        fail("byte " + at + ", seed " + SEED, e);
      }
    }
    return refused;
  }

  @Test
  void refusesPiecesThatNameWhatIsNotThere() {
    Supplier<ByteBuffer> fresh =
        () -> JobCodec.encode(Jobs.small(1, 1)).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    int piece = JobCodec.size(Jobs.small(1, 1)) - Sums.BYTES - JobCodec.PIECE;
    for (int[] lie : new int[][] {{0, -1}, {0, -3}, {4, -3}}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> JobCodec.decodeJob(fresh.get().putInt(piece + lie[0], lie[1])));
    }
    for (int field : new int[] {8, 16, 24}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> JobCodec.decodeJob(fresh.get().putLong(piece + field, -1)));
    }
    assertEquals(
        Job.NO_FILE,
        JobCodec.decodeJob(fresh.get().putInt(piece + 4, -1)).pieces().get(0).target());
  }

  @Test
  void refusesPiecesLongerThanAnyFile() {
    Job job = Jobs.small(1, 1);
    Job.Piece piece = new Job.Piece(0, 0, 1, 0, Long.MAX_VALUE);
    Job wrong = new Job(1, 1, 0, job.kind(), List.of(piece, piece), new Sums(), 0, 0);
    assertThrows(IllegalArgumentException.class, () -> JobCodec.decodeJob(JobCodec.encode(wrong)));
  }

  @Test
  void countsAnAttemptMore() {
    Job job = Jobs.small(3, 4);
    assertEquals(new Job(3, 4, 1, job.kind(), job.pieces(), job.sums(), 0, 0), job.again());
    assertEquals(64, job.bytes());
    assertEquals(1, job.sums().count());
  }
}
