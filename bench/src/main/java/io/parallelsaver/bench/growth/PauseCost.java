package io.parallelsaver.bench.growth;

import io.parallelsaver.Saver;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.npy.NpyHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** What it takes the feeding thread to look for receipts in vain and to pause: it does nothing else while one worker is at one long job. */
final class PauseCost {
  private static final int CHUNK = 1 << 20;

  private PauseCost() {}

  /**
   * Processor seconds of one pause.
   *
   * @param bytes of the array that the long job inflates
   */
  static double of(Saver saver, Conditions conditions, long bytes) {
    Path file = conditions.file("one-job.npz");
    try {
      write(file, bytes);
      CoordinatorCost.restore(saver, file);
      ThreadCpu before = ThreadCpu.of(CoordinatorCost.FEEDER);
      CoordinatorCost.restore(saver, file);
      ThreadCpu used = ThreadCpu.of(CoordinatorCost.FEEDER).since(before);
      return used.seconds() / Math.max(1, used.waits());
    } finally {
      Conditions.delete(file);
    }
  }

  /** One member, deflated in one piece, as other programs write it: so it is one job. */
  private static void write(Path file, long bytes) {
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      out.putNextEntry(new ZipEntry("zeros.npy"));
      out.write(NpyHeader.bytes(ArraySpec.of(DType.INT8, bytes)));
      for (long left = bytes; left > 0; left -= CHUNK) {
        out.write(new byte[(int) Math.min(CHUNK, left)]);
      }
    } catch (IOException e) {
      throw new SaverException("cannot write " + file + ": " + e, e);
    }
  }
}
