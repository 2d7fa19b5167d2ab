package io.parallelsaver.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.job.CallFiles;
import io.parallelsaver.job.Job;
import io.parallelsaver.job.Job.Kind;
import io.parallelsaver.job.Job.Piece;
import io.parallelsaver.job.JobFile.Mode;
import io.parallelsaver.job.Receipt;
import io.parallelsaver.job.Receipt.Outcome;
import io.parallelsaver.job.Sums;
import io.parallelsaver.shm.Arena;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a job says, only the bytes that its call's plan grants are read and written. */
class ForgedJobTest {
  private static final long CALL = 7;
  private static final int SIZE = 4096;
  private static final int SLOT = 8192;

  /** Bytes of the source that may be read. */
  private static final int FROM = 1000;

  private static final int END = 3000;

  /** The target may be written from its first byte on, so far. */
  private static final int WRITABLE = 2000;

  @TempDir
  Path directory;

  private Path source;
  private Path target;
  private Path plan;
  private Arena arena;
  private int from;
  private int to;
  private Transfers transfers;

  @BeforeEach
  void plan() throws IOException {
    source = Files.write(directory.resolve("source"), bytes(1));
    target = Files.write(directory.resolve("target"), bytes(2));
    plan = directory.resolve("call-" + CALL);
    arena = Arena.create(directory.resolve("arena"), 1, SLOT);
    CallFiles files = new CallFiles();
    to = files.write(Mode.WRITE, target, WRITABLE);
    from = files.read(source, FROM, 10);
    assertEquals(from, files.read(source, END - 10, 10));
    files.store(plan);
    transfers = new Transfers(
        1,
        arena.file(),
        (call, number) -> CallFiles.load(directory.resolve("call-" + call), number),
        (milestone, job) -> {});
  }

  @AfterEach
  void close() {
    transfers.close();
    arena.close();
  }

  private static byte[] bytes(long seed) {
    byte[] bytes = new byte[SIZE];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private Receipt run(long call, Kind kind, Piece... pieces) {
    return transfers.run(new Job(call, 1, 0, kind, List.of(pieces), new Sums(), 0, 0));
  }

  private void assertRefused(String words, Receipt receipt) throws IOException {
    assertEquals(Outcome.FAILED, receipt.outcome());
    assertTrue(
        receipt.error().startsWith("job refused: ") && receipt.error().contains(words),
        receipt.error());
    assertUntouched();
  }

  private void assertUntouched() throws IOException {
    assertArrayEquals(bytes(1), Files.readAllBytes(source));
    assertArrayEquals(bytes(2), Files.readAllBytes(target));
  }

  @ParameterizedTest
  @EnumSource(names = {"GATHER", "SCATTER"})
  void allThatIsPlannedIsDone(Kind kind) throws IOException {
    Receipt receipt = run(CALL, kind, new Piece(from, FROM, to, 0, WRITABLE));
    assertEquals("", receipt.error());
    byte[] expected = bytes(2);
    System.arraycopy(bytes(1), FROM, expected, 0, WRITABLE);
    assertArrayEquals(expected, Files.readAllBytes(target));
  }

  @ParameterizedTest
  @EnumSource(names = {"GATHER", "SCATTER"})
  void noByteBesideThePlanIsTouched(Kind kind) throws IOException {
    List<Piece> forged = List.of(
        new Piece(from, FROM - 1, to, 0, 1),
        new Piece(from, FROM - 1, to, 0, 100),
        new Piece(from, END, to, 0, 1),
        new Piece(from, END - 1, to, 0, 2),
        new Piece(from, Long.MAX_VALUE - 1, to, 0, 2),
        new Piece(from, FROM, to, WRITABLE, 1),
        new Piece(from, FROM, to, WRITABLE - 1, 2),
        new Piece(from, FROM, to, Long.MAX_VALUE - 1, 2));
    for (Piece piece : forged) {
      assertRefused("the call's plan grants ", run(CALL, kind, piece));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"GATHER", "SCATTER"})
  void noOtherFileIsOpened(Kind kind) throws IOException {
    assertRefused("file 2, of 2", run(CALL, kind, new Piece(from, FROM, 2, 0, 8)));
    assertRefused("file 2, of 2", run(CALL, kind, new Piece(2, FROM, to, 0, 8)));
    assertRefused("file 2147483647, of 2", run(CALL, kind, new Piece(from, FROM, -1 >>> 1, 0, 8)));
    assertRefused("call that is not under way", run(8, kind, new Piece(from, FROM, to, 0, 8)));
    CallFiles.remove(plan);
    assertRefused("call that is not under way", run(CALL, kind, new Piece(from, FROM, to, 0, 8)));
  }

  @ParameterizedTest
  @EnumSource(names = {"GATHER", "SCATTER"})
  void aSourceIsNotWrittenAndATargetNotRead(Kind kind) throws IOException {
    assertRefused("to write", run(CALL, kind, new Piece(from, FROM, from, FROM, 8)));
    assertRefused("to read", run(CALL, kind, new Piece(to, 0, to, 0, 8)));
  }

  /** The arena is all of shared memory that a job can reach. */
  @Test
  void nothingBesideTheArenaIsTouched() throws IOException {
    for (Piece piece : List.of(
        new Piece(Job.ARENA, SLOT, to, 0, 8),
        new Piece(Job.ARENA, SLOT - 4, to, 0, 8),
        new Piece(Job.ARENA, 1L << 32, to, 0, 8))) {
      assertEquals(Outcome.FAILED, run(CALL, Kind.GATHER, piece).outcome());
      assertEquals(Outcome.FAILED, run(CALL, Kind.SCATTER, piece).outcome());
    }
    assertEquals(
        Outcome.FAILED, run(CALL, Kind.DEFLATE, new Piece(from, FROM, to, 0, 8)).outcome());
    assertEquals(
        Outcome.FAILED,
        run(CALL, Kind.DEFLATE, new Piece(from, FROM, Job.ARENA, SLOT - 4, 8)).outcome());
    assertUntouched();
  }

  /** All that is gathered is written to the first piece's target. */
  @Test
  void gatheredPiecesHaveOneTarget() throws IOException {
    Receipt receipt = run(
        CALL,
        Kind.GATHER,
        new Piece(from, FROM, to, 0, 8),
        new Piece(from, FROM + 8, Job.NO_FILE, 8, 8));
    assertEquals(Outcome.FAILED, receipt.outcome());
    assertUntouched();
  }

  @Test
  void whatIsInflatedStaysWithinThePlan() throws IOException {
    Deflater deflater = new Deflater(9, true);
    deflater.setInput(new byte[SIZE]);
    deflater.finish();
    byte[] content = bytes(1);
    int length = deflater.deflate(content, FROM, END - FROM);
    deflater.end();
    Files.write(source, content);
    Piece piece = new Piece(from, FROM, to, 0, length);
    Job job = new Job(CALL, 1, 0, Kind.INFLATE, List.of(piece), new Sums(), 0, SIZE);
    Receipt receipt = transfers.run(job);
    assertTrue(receipt.error().contains("4096 bytes at 0 of " + target), receipt.error());
    assertArrayEquals(bytes(2), Files.readAllBytes(target));
  }

  /** The whole file is mapped, and still not all of it is granted. */
  @ParameterizedTest
  @EnumSource(names = {"GATHER", "SCATTER"})
  void noByteBesideThePlanIsTouchedThroughAMapping(Kind kind) throws IOException {
    CallFiles files = new CallFiles();
    files.write(Mode.WRITE_MAPPED, target, WRITABLE);
    files.read(source, FROM, END - FROM);
    files.store(directory.resolve("call-9"));
    for (long offset : new long[] {WRITABLE - 7, WRITABLE, SIZE - 8, SIZE, Long.MAX_VALUE - 9}) {
      Piece piece = new Piece(1, FROM, 0, offset, 8);
      assertRefused("grants WRITE_MAPPED from 0 to 2000", run(9, kind, piece));
      Job inflate = new Job(9, 1, 0, Kind.INFLATE, List.of(piece), new Sums(), 0, 8);
      assertRefused("grants WRITE_MAPPED from 0 to 2000", transfers.run(inflate));
    }
    assertRefused("to read", run(9, kind, new Piece(0, 0, 0, 0, 8)));
    assertEquals("", run(9, kind, new Piece(1, FROM, 0, WRITABLE - 8, 8)).error());
  }

  /** Somebody has put a link where the coordinator has made the file. */
  @ParameterizedTest
  @EnumSource(names = {"WRITE", "WRITE_DIRECT", "CREATE"})
  void noLinkIsFollowedToATarget(Mode mode) throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), target);
    CallFiles files = new CallFiles();
    files.write(mode, link, WRITABLE);
    files.read(source, FROM, END - FROM);
    files.store(directory.resolve("call-9"));
    Receipt receipt = run(9, Kind.GATHER, new Piece(1, FROM, 0, 0, 8));
    assertEquals(Outcome.FAILED, receipt.outcome());
    assertUntouched();
  }

  /** Random jobs: whatever becomes of them, no byte changes but those the plan grants, and none is read beside it. */
  @Test
  void noRandomJobGoesAnywhereElse() throws IOException {
    long seed = Long.getLong("test.seed", System.nanoTime());
    Random random = new Random(seed);
    byte[] before = bytes(2);
    int done = 0;
    for (int i = 0; i < 20_000 || done < 100 && i < 200_000; i++) {
      List<Piece> pieces = new ArrayList<>();
      for (int count = 1 + random.nextInt(3); count > 0; count--) {
        pieces.add(new Piece(
            random.nextInt(3),
            random.nextInt(SIZE + 10),
            random.nextInt(5) - 2,
            random.nextInt(SIZE + 10),
            random.nextInt(random.nextBoolean() ? 64 : SIZE)));
      }
      Kind kind = random.nextBoolean() ? Kind.GATHER : Kind.SCATTER;
      Receipt receipt = transfers.run(new Job(CALL, i, 0, kind, pieces, new Sums(), 0, 0));
      done += receipt.outcome() == Outcome.DONE ? 1 : 0;
    }
    byte[] after = Files.readAllBytes(target);
    assertTrue(done >= 100, done + " done, seed " + seed);
    assertTrue(!Arrays.equals(before, after), "nothing written, seed " + seed);
    assertArrayEquals(
        Arrays.copyOfRange(before, WRITABLE, SIZE),
        Arrays.copyOfRange(after, WRITABLE, after.length),
        "seed " + seed);
    assertArrayEquals(bytes(1), Files.readAllBytes(source), "seed " + seed);
  }
}
