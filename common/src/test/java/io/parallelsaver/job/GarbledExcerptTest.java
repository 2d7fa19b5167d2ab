package io.parallelsaver.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.job.Job.Kind;
import io.parallelsaver.job.Job.Piece;
import io.parallelsaver.job.JobFile.Mode;
import io.parallelsaver.job.JobReceiver.Found;
import io.parallelsaver.job.Receipt.Outcome;
import io.parallelsaver.transfer.Transfers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Excerpts of the job queue with every bit turned over and cut off at every byte: none stops a worker. */
class GarbledExcerptTest {
  private static final int WORKER = 3;
  private static final long CALL = 7;
  private static final int SIZE = 64;

  @TempDir
  Path directory;

  private int refused;
  private int failed;
  private int done;

  /** The plan of the one call. */
  private JobFile file(long call, int number) throws IOException {
    if (call != CALL || number < 0 || number > 1) {
      throw new RefusedException("file " + number + " of call " + call);
    }
    String name = directory.resolve(number == 0 ? "source" : "target").toString();
    return new JobFile(number == 0 ? Mode.READ : Mode.WRITE, name, 0, SIZE);
  }

  /** A job between two files. */
  private Job job() throws IOException {
    Files.write(directory.resolve("source"), new byte[SIZE]);
    Files.write(directory.resolve("target"), new byte[SIZE]);
    return new Job(
        CALL,
        1,
        0,
        Kind.SCATTER,
        List.of(new Piece(0, 8, 1, 16, 32)),
        Jobs.sums(new int[] {0, 32, Sums.NO_STAMP}),
        0,
        0);
  }

  @Test
  void everyOneIsAnsweredAndTheNextIsFound() throws IOException {
    byte[] whole = JobCodec.encode(job()).array();
    Path queue = Files.createDirectory(directory.resolve("queue"));
    Set<Path> before = files();
    try (ExcerptQueue writer = new ExcerptQueue(queue);
        JobReceiver receiver = new JobReceiver(queue, WORKER, call -> {});
        Transfers transfers = new Transfers(
            WORKER, directory.resolve("no arena"), this::file, (milestone, job) -> {})) {
      for (int bit = 0; bit < whole.length * 8; bit++) {
        byte[] garbled = whole.clone();
        garbled[bit / 8] ^= (byte) (1 << bit % 8);
        answer(writer, receiver, transfers, garbled);
      }
      for (int length = 0; length < whole.length; length++) {
        answer(writer, receiver, transfers, Arrays.copyOf(whole, length));
      }
      // An end of a call that is none.
      writer.append(JobSender.CALL_ENDED, ByteBuffer.wrap(new byte[3]));
      assertEquals(Found.PASSED, Receiving.next(receiver));
      writer.append(99, ByteBuffer.wrap(whole));
      assertEquals(Found.PASSED, Receiving.next(receiver));
      answer(writer, receiver, transfers, whole);
    }
    assertEquals(before, files());
    for (String name : List.of("source", "target")) {
      assertArrayEquals(new byte[SIZE], Files.readAllBytes(directory.resolve(name)), name);
    }
    System.out.println("garbled excerpts: " + refused + " refused, " + failed + " failed, " + done
        + " done, the worker goes on after each");
    assertTrue(refused > whole.length && failed > 100 && done > 100, "see above");
  }

  private void answer(
      ExcerptQueue writer, JobReceiver receiver, Transfers transfers, byte[] excerpt)
      throws IOException {
    writer.append(JobSender.JOB, ByteBuffer.wrap(excerpt));
    Receipt receipt;
    if (Receiving.next(receiver) == Found.UNREADABLE) {
      receipt = receiver.refusal();
      assertEquals(Outcome.FAILED, receipt.outcome());
      assertTrue(receipt.error().startsWith("the job cannot be read: "), receipt.error());
      refused++;
    } else {
      Job job = receiver.job();
      receipt = transfers.run(job);
      // Receipts go through the same codec.
      JobCodec.decodeReceipt(JobCodec.encode(receipt));
      transfers.endCall(job.call());
      failed += receipt.outcome() == Outcome.DONE ? 0 : 1;
      done += receipt.outcome() == Outcome.DONE ? 1 : 0;
    }
    assertEquals(WORKER, receipt.worker());
    if (excerpt.length >= 16) {
      ByteBuffer in = ByteBuffer.wrap(excerpt).order(ByteOrder.LITTLE_ENDIAN);
      assertEquals(in.getLong(0), receipt.call());
      assertEquals(in.getInt(8), receipt.number());
      assertEquals(in.getInt(12), receipt.attempt());
    }
  }

  /** All that is there, but for the queue's own. */
  private Set<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return new TreeSet<>(files.toList());
    }
  }
}
