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
import java.util.Locale;
import java.util.OptionalInt;
import java.util.zip.CRC32;

/** Reads whole arrays, each into one Java array, which the next one of its length takes over: Spark has copied it by then. */
final class ArrayBytes {
  /** What was read is summed while it is still in the processor's cache. */
  private static final int BLOCK = 1 << 18;

  private final OpenFiles files;
  private final boolean checked;
  private byte[] last = new byte[0];

  /**
   * @param checked whether the CRC-32 of an array is compared with the recorded one
   */
  ArrayBytes(OpenFiles files, boolean checked) {
    this.files = files;
    this.checked = checked;
  }

  /**
   * The bytes of an array in C order; they change with the next call.
   *
   * @throws InputException if they are more than a row can hold
   * @throws CorruptException if the CRC-32 is another
   */
  byte[] read(ArrayPlace place, ArraySpec spec) throws IOException {
    ArrayData data = files.array(place).data();
    if (data.length() > Integer.MAX_VALUE - 64) {
      throw new InputException("array " + PythonText.quote(place.key()) + " takes " + data.length()
          + " bytes, a row holds at most 2 GiB; read it with option rows=true, keys="
          + place.key());
    }
    byte[] bytes = last.length == data.length() ? last : new byte[(int) data.length()];
    last = bytes;
    int from = 0;
    for (Piece piece : place.pieces()) {
      int end = from + (int) piece.length();
      CRC32 sum = checked && piece.hasCrc() ? head(piece) : null;
      for (int at = from; at < end; at += BLOCK) {
        int count = Math.min(BLOCK, end - at);
        data.read(at, ByteBuffer.wrap(bytes, at, count));
        if (sum != null) {
          sum.update(bytes, at, count);
        }
      }
      if (sum != null && sum.getValue() != piece.crc()) {
        throw new CorruptException(String.format(
            Locale.ROOT,
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
  private CRC32 head(Piece piece) throws IOException {
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
