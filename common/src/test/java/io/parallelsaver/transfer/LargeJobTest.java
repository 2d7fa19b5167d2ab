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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A job may be larger than any buffer: it is moved part by part. */
class LargeJobTest {
  @TempDir
  Path directory;

  @ParameterizedTest
  @CsvSource({"GATHER, WRITE", "GATHER, WRITE_DIRECT", "SCATTER, WRITE", "SCATTER, WRITE_MAPPED"})
  void isMovedAndSummedWhole(Kind kind, Mode mode) throws IOException {
    byte[] bytes = new byte[2 * Transfer.BUFFER + 5 * 4096 + 17];
    new Random(3).nextBytes(bytes);
    int skipped = 100;
    int offset = 8192;
    int length = bytes.length - skipped;
    Path source = Files.write(directory.resolve("source"), bytes);
    Path target = Files.write(directory.resolve("target"), new byte[offset + length]);
    CallFiles files = new CallFiles();
    int to = files.write(mode, target, offset + length);
    int from = files.read(source, skipped, length);
    Sums sums = new Sums();
    sums.add(3, length - 5, Sums.NO_STAMP);
    Receipt receipt;
    try (Transfers transfers = new Transfers(
        1, directory.resolve("no arena"), (call, number) -> files.get(number), (at, job) -> {})) {
      receipt = transfers.run(new Job(
          1, 1, 0, kind, List.of(new Piece(from, skipped, to, offset, length)), sums, 0, 0));
    }
    assertEquals("", receipt.error());
    CRC32 expected = new CRC32();
    expected.update(bytes, skipped + 3, length - 8);
    assertArrayEquals(new int[] {(int) expected.getValue()}, receipt.crcs());
    byte[] written = Files.readAllBytes(target);
    assertEquals(offset + length, written.length);
    assertEquals(
        -1,
        Arrays.mismatch(written, offset, written.length, bytes, skipped, bytes.length),
        "moved");
    assertArrayEquals(new byte[offset], Arrays.copyOf(written, offset));
  }

  /** What is gathered at once is summed and written in steps that end at multiples of their size. */
  @Test
  void isWrittenInSteps() throws IOException {
    byte[] bytes = new byte[3 * TransferFile.BUFFERED_WRITE + 5];
    new Random(6).nextBytes(bytes);
    int half = bytes.length / 2;
    int offset = TransferFile.BUFFERED_WRITE - 3;
    Path source = Files.write(directory.resolve("source"), bytes);
    Path target = directory.resolve("target");
    CallFiles files = new CallFiles();
    int to = files.write(Mode.CREATE, target, offset + bytes.length);
    int from = files.read(source, 0, bytes.length);
    Sums sums = new Sums();
    sums.add(2, half, Sums.NO_STAMP);
    sums.add(half, bytes.length, Sums.NO_STAMP);
    List<Piece> pieces = List.of(
        new Piece(from, 0, to, offset, half),
        new Piece(from, half, to, offset + half, bytes.length - half));
    Receipt receipt;
    try (Transfers transfers = new Transfers(
        1, directory.resolve("no arena"), (call, number) -> files.get(number), (at, job) -> {})) {
      receipt = transfers.run(new Job(1, 1, 0, Kind.GATHER, pieces, sums, 0, 0));
    }
    assertEquals("", receipt.error());
    CRC32 first = new CRC32();
    first.update(bytes, 2, half - 2);
    CRC32 second = new CRC32();
    second.update(bytes, half, bytes.length - half);
    assertArrayEquals(new int[] {(int) first.getValue(), (int) second.getValue()}, receipt.crcs());
    byte[] written = Files.readAllBytes(target);
    assertEquals(offset + bytes.length, written.length);
    assertEquals(
        -1, Arrays.mismatch(written, offset, written.length, bytes, 0, bytes.length), "moved");
  }

  /** What stands in a file is read no further than one write goes, wherever in the target it begins: else each part would be two writes. */
  @Test
  void isReadInThePartsThatAreWritten() throws IOException {
    int length = 17 * TransferFile.BUFFERED_WRITE;
    Path source = Files.write(directory.resolve("source"), new byte[length]);
    CallFiles files = new CallFiles();
    int to = files.write(Mode.CREATE, directory.resolve("target"), 8192 + length);
    int from = files.read(source, 0, length);
    AtomicInteger parts = new AtomicInteger();
    Receipt receipt;
    try (Transfers transfers = new Transfers(
        1,
        directory.resolve("no arena"),
        (call, number) -> files.get(number),
        (at, job) -> parts.addAndGet(at == Milestone.MOVED ? 1 : 0))) {
      receipt = transfers.run(new Job(
          1, 1, 0, Kind.GATHER, List.of(new Piece(from, 0, to, 8192, length)), new Sums(), 0, 0));
    }
    assertEquals("", receipt.error());
    assertEquals(18, parts.get());
  }

  /** Bytes that go past the page cache are summed while they are written, on another thread. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aWriteMeanwhileIsWaitedForAndMayFail(boolean fails) throws IOException {
    byte[] bytes = new byte[Transfer.BUFFER - 4096];
    new Random(4).nextBytes(bytes);
    Path source = Files.write(directory.resolve("source"), bytes);
    Path target = Files.write(directory.resolve("target"), new byte[bytes.length]);
    CallFiles files = new CallFiles();
    int to = files.write(Mode.WRITE_DIRECT, target, bytes.length - (fails ? 1 : 0));
    int from = files.read(source, 0, bytes.length);
    Sums sums = new Sums();
    sums.add(0, bytes.length, Sums.NO_STAMP);
    Job job =
        new Job(1, 1, 0, Kind.GATHER, List.of(new Piece(from, 0, to, 0, bytes.length)), sums, 0, 0);
    Transfers transfers = new Transfers(
        1, directory.resolve("no arena"), (call, number) -> files.get(number), (at, of) -> {});
    Receipt receipt;
    try (transfers) {
      receipt = transfers.run(job);
    }
    if (fails) {
      assertEquals(Outcome.FAILED, receipt.outcome());
      assertTrue(receipt.error().contains("grants WRITE_DIRECT"), receipt.error());
      assertArrayEquals(new byte[bytes.length], Files.readAllBytes(target));
    } else {
      assertEquals("", receipt.error());
      CRC32 expected = new CRC32();
      expected.update(bytes);
      assertArrayEquals(new int[] {(int) expected.getValue()}, receipt.crcs());
      assertArrayEquals(bytes, Files.readAllBytes(target));
    }
    assertEquals(0, writers(), "threads that write are ended");
  }

  private static long writers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("parallel-saver-write"))
        .peek(LargeJobTest::join)
        .filter(Thread::isAlive)
        .count();
  }

  private static void join(Thread thread) {
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
