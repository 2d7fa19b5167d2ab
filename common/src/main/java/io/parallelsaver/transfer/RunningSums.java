package io.parallelsaver.transfer;

import io.parallelsaver.job.Sums;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** CRC-32 of each summed run of a job's content, as the content comes by. */
final class RunningSums {
  private final CRC32 crc = new CRC32();
  private Sums runs;
  private int[] crcs;
  private int current;
  private long passed;

  /** Begins with the content of a job. */
  void begin(Sums next) {
    runs = next;
    crcs = new int[next.count()];
    current = 0;
    passed = 0;
    crc.reset();
  }

  /** Takes the content's next bytes, the rest of {@code bytes}, and leaves the buffer as it was. */
  void update(ByteBuffer bytes) {
    int first = bytes.position();
    int limit = bytes.limit();
    long end = passed + limit - first;
    while (current < crcs.length && runs.start(current) < end) {
      long from = Math.max(passed, runs.start(current));
      long to = Math.min(end, runs.end(current));
      bytes.limit(first + (int) (to - passed)).position(first + (int) (from - passed));
      crc.update(bytes);
      bytes.limit(limit);
      if (to < runs.end(current)) {
        break;
      }
      crcs[current++] = (int) crc.getValue();
      crc.reset();
    }
    bytes.position(first);
    passed = end;
  }

  /** What was found; complete when all of the content has come by. */
  int[] crcs() {
    return crcs;
  }
}
