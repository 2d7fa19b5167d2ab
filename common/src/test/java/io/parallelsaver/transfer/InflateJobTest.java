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
import java.util.zip.Deflater;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Deflated bytes of every kind come out whole, however they lie to the buffers they are put into. */
class InflateJobTest {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());
  private static final int STREAMS = 1000;

  @TempDir
  Path directory;

  private final Random random = new Random(SEED);
  private CallFiles files;

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"WRITE", "WRITE_MAPPED"})
  void comesOutWhole(Mode mode) throws IOException {
    // One for all of them: it has buffers of several MiB.
    try (Transfers transfers = new Transfers(
        1, directory.resolve("no arena"), (call, file) -> files.get(file), (at, job) -> {})) {
      for (int i = 0; i < STREAMS; i++) {
        inflates(transfers, mode, i, random.nextInt(i % 100 == 0 ? 600_000 : 2000));
      }
    }
  }

  private void inflates(Transfers transfers, Mode mode, int number, int length) throws IOException {
    byte[] content = content(length);
    byte[] deflated = deflated(content);
    int skip = random.nextInt(Math.min(length, 300) + 1);
    int offset = random.nextInt(100);
    Path source = Files.write(directory.resolve("source"), deflated);
    Path target = Files.write(directory.resolve("target"), new byte[offset + length - skip + 1]);
    files = new CallFiles();
    int to = files.write(mode, target, Files.size(target));
    int from = files.read(source, 0, deflated.length);
    Receipt receipt = transfers.run(new Job(
        number,
        1,
        0,
        Kind.INFLATE,
        List.of(new Piece(from, 0, to, offset, deflated.length)),
        new Sums(),
        skip,
        length));
    String subject = length + " bytes, the first " + skip + " skipped, seed " + SEED;
    assertEquals("", receipt.error(), subject);
    CRC32 expected = new CRC32();
    expected.update(content);
    assertArrayEquals(new int[] {(int) expected.getValue()}, receipt.crcs(), subject);
    byte[] written = Files.readAllBytes(target);
    assertEquals(
        -1,
        Arrays.mismatch(written, offset, offset + length - skip, content, skip, length),
        subject);
    assertEquals(0, written[written.length - 1], subject);
  }

  /** From noise to long runs. */
  private byte[] content(int length) {
    byte[] content = new byte[length];
    int values = 1 + random.nextInt(256);
    int run = 1 + random.nextInt(20);
    for (int i = 0; i < length; i++) {
      content[i] = i % run == 0 ? (byte) random.nextInt(values) : content[i - 1];
    }
    return content;
  }

  private byte[] deflated(byte[] content) {
    Deflater deflater = new Deflater(1 + random.nextInt(9), true);
    try {
      deflater.setInput(content);
      deflater.finish();
      byte[] deflated = new byte[content.length + 1000];
      return Arrays.copyOf(deflated, deflater.deflate(deflated));
    } finally {
      deflater.end();
    }
  }
}
