package io.parallelsaver.spark.write;

import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;

/**
 * The bytes of one task's rows, until they are saved; rows themselves are overwritten by the next ones. The memory of large ones is used
 * again, by all tasks of this executor: a heap that is filled anew for each shard grows and shrinks, and its fresh pages cost several times the
 * copying. What waits to be used again the collector may have, if it needs it.
 */
final class RowBytes {
  /** Below this Java's own allocation is as fast. */
  private static final int LARGE = 1 << 20;

  /** Of all memory of this JVM, what may wait to be used again. */
  private static final long MOST = Runtime.getRuntime().maxMemory() / 8;

  /** The last ones first. */
  private static final Deque<SoftReference<byte[]>> FREE = new ArrayDeque<>();

  private final List<byte[]> taken = new ArrayList<>();

  /** Bytes of a binary column, which is not null. */
  static int size(InternalRow row, int column) {
    return row instanceof UnsafeRow unsafe
        ? (int) place(unsafe, column)
        : row.getBinary(column).length;
  }

  /** Where a value of variable length stands: its offset in the upper half, its size in the lower (source: UnsafeRow). */
  private static long place(UnsafeRow row, int column) {
    return row.getLong(column);
  }

  /** A copy of a binary column, which is not null. It is there until {@link #reuse}. */
  ByteBuffer copy(InternalRow row, int column) {
    if (!(row instanceof UnsafeRow unsafe)) {
      return ByteBuffer.wrap(row.getBinary(column));
    }
    long place = place(unsafe, column);
    int size = (int) place;
    byte[] bytes = size < LARGE ? new byte[size] : take(size);
    Platform.copyMemory(
        unsafe.getBaseObject(),
        unsafe.getBaseOffset() + (place >>> Integer.SIZE),
        bytes,
        Platform.BYTE_ARRAY_OFFSET,
        size);
    return ByteBuffer.wrap(bytes, 0, size);
  }

  private byte[] take(int size) {
    byte[] bytes = free(size);
    if (bytes == null) {
      bytes = new byte[size];
    }
    taken.add(bytes);
    return bytes;
  }

  /** One that fits and is not much too large, or null. */
  private static byte[] free(int size) {
    synchronized (FREE) {
      for (Iterator<SoftReference<byte[]>> each = FREE.iterator(); each.hasNext(); ) {
        byte[] bytes = each.next().get();
        boolean fits = bytes != null && bytes.length >= size && bytes.length - size <= size / 4;
        if (bytes == null || fits) {
          each.remove();
        }
        if (fits) {
          return bytes;
        }
      }
      return null;
    }
  }

  /** Nobody reads any of the copies any more. */
  void reuse() {
    synchronized (FREE) {
      taken.forEach(bytes -> FREE.addFirst(new SoftReference<>(bytes)));
      long kept = 0;
      for (Iterator<SoftReference<byte[]>> each = FREE.iterator(); each.hasNext(); ) {
        byte[] bytes = each.next().get();
        kept += bytes == null ? 0 : bytes.length;
        if (bytes == null || kept > MOST) {
          each.remove();
        }
      }
    }
    taken.clear();
  }
}
