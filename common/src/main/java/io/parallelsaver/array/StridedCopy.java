package io.parallelsaver.array;

import java.nio.ByteBuffer;

/** Copies runs of bytes that stand at equal distances. */
final class StridedCopy {
  private StridedCopy() {}

  /**
   * Where a run goes or comes from.
   *
   * @param at absolute position of the first run; the buffer's own position stays as it is
   * @param stride bytes from one run to the next
   */
  record Runs(ByteBuffer bytes, int at, int stride) {}

  /**
   * @param length bytes of a run
   */
  static void copy(Runs from, Runs to, int length, int count) {
    ByteBuffer in = from.bytes().duplicate();
    ByteBuffer out = to.bytes().duplicate();
    int source = from.at();
    int target = to.at();
    for (int i = 0; i < count; i++, source += from.stride(), target += to.stride()) {
      // One word is several times faster than a bulk copy of the same length. Both duplicates have
      // the same byte order.
      switch (length) {
        case 1 -> out.put(target, in.get(source));
        case 2 -> out.putShort(target, in.getShort(source));
        case 4 -> out.putInt(target, in.getInt(source));
        case 8 -> out.putLong(target, in.getLong(source));
        default -> out.put(target, in, source, length);
      }
    }
  }
}
