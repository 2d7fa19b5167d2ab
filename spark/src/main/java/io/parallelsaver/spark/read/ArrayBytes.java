package io.parallelsaver.spark.read;

import io.parallelsaver.array.ArrayData;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.spark.plan.ArrayPlace;
import io.parallelsaver.spark.plan.Piece;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.zip.CRC32;

/** Reads a whole array into one Java array. */
final class ArrayBytes {
  /** What was read is summed while it is still in the processor's cache. */
  private static final int BLOCK = 1 << 18;

  private ArrayBytes() {}

  /**
   * The bytes of an array in C order.
   *
   * @param checked whether its CRC-32 is compared with the recorded one
   * @throws InputException if they are more than a row can hold
   * @throws CorruptException if the CRC-32 is another
   */
  static byte[] read(OpenFiles files, ArrayPlace place, ArraySpec spec, boolean checked)
      throws IOException {
    ArrayData data = files.array(place).data();
    if (data.length() > Integer.MAX_VALUE - 64) {
      throw new InputException("array " + PythonText.quote(place.key()) + " takes " + data.length()
          + " bytes, a row holds at most 2 GiB; read it with option rows=true, keys="
          + place.key());
    }
    byte[] bytes = new byte[(int) data.length()];
    int from = 0;
    for (Piece piece : place.pieces()) {
      int end = from + (int) piece.length();
      CRC32 sum = checked && piece.hasCrc() ? head(files, piece) : null;
      for (int at = from; at < end; at += BLOCK) {
        int count = Math.min(BLOCK, end - at);
        data.read(at, ByteBuffer.wrap(bytes, at, count));
        if (sum != null) {
          sum.update(bytes, at, count);
        }
      }
      if (sum != null && sum.getValue() != piece.crc()) {
        throw new CorruptException(String.format(
            "%s: array %s at byte %d: its %d bytes have the CRC-32 %08x, recorded is %08x; 'parallel-saver verify' looks at all",
            piece.file(),
            PythonText.quote(place.key()),
            piece.offset(),
            piece.length(),
            sum.getValue(),
            piece.crc()));
      }
      from = end;
    }
    return MemoryOrder.toC(spec, bytes);
  }

  /** The sum of what stands before an array's bytes and is covered too. */
  private static CRC32 head(OpenFiles files, Piece piece) throws IOException {
    CRC32 sum = new CRC32();
    if (piece.head() > 0) {
      Piece before = Piece.stored(
          piece.file(), piece.offset() - piece.head(), piece.head(), OptionalInt.empty());
      ByteBuffer head = ByteBuffer.allocate(piece.head());
      new ChannelData(files, before).read(0, head);
      sum.update(head.flip());
    }
    return sum;
  }
}
