package io.parallelsaver.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parallelsaver.job.CallFiles;
import io.parallelsaver.job.Job;
import io.parallelsaver.job.Job.Kind;
import io.parallelsaver.job.Job.Piece;
import io.parallelsaver.job.JobFile.Mode;
import io.parallelsaver.job.Receipt;
import io.parallelsaver.job.Sums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
}
