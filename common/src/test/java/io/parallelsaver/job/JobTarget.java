package io.parallelsaver.job;

import static io.parallelsaver.fuzz.FuzzInput.check;

import io.parallelsaver.fuzz.FuzzInput;
import io.parallelsaver.job.Job.Piece;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** What stands in an excerpt of a queue: a job or a receipt. A target of the fuzzer, as those of {@link io.parallelsaver.fuzz}. */
public final class JobTarget {
  private JobTarget() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    FuzzInput.measured(input, () -> job(input));
    FuzzInput.measured(input, () -> receipt(input));
  }

  private static void job(byte[] input) {
    Job job;
    try {
      job = JobCodec.decodeJob(ByteBuffer.wrap(input));
    } catch (IllegalArgumentException refused) {
      return;
    }
    for (Piece piece : job.pieces()) {
      check(
          piece.source() != Job.NO_FILE
              && piece.source() >= Job.ARENA
              && piece.target() >= Job.ARENA
              && piece.length() >= 0
              && piece.sourceOffset() + piece.length() >= 0
              && piece.targetOffset() + piece.length() >= 0,
          "an impossible piece: " + piece);
    }
    check(job.bytes() >= 0, "a job of " + job.bytes() + " bytes");
    Job again = JobCodec.decodeJob(JobCodec.encode(job));
    check(again.equals(job), "sent as " + job + ", received as " + again);
  }

  private static void receipt(byte[] input) {
    Receipt receipt;
    try {
      receipt = JobCodec.decodeReceipt(ByteBuffer.wrap(input));
    } catch (IllegalArgumentException refused) {
      return;
    }
    Receipt again = JobCodec.decodeReceipt(JobCodec.encode(receipt));
    check(
        again.number() == receipt.number()
            && again.outcome() == receipt.outcome()
            && Arrays.equals(again.crcs(), receipt.crcs())
            && Arrays.equals(again.lengths(), receipt.lengths()),
        "sent as " + receipt + ", received as " + again);
  }
}
