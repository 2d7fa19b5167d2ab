package io.parallelsaver.spark.read;

import io.parallelsaver.array.ArrayData;
import io.parallelsaver.spark.plan.Piece;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/** Bytes that stand in a file as they are, read from where they are when they are asked for. */
final class ChannelData implements ArrayData {
  /** The JDK keeps a buffer outside the heap as large as the largest read of each thread. */
  private static final int MOST_AT_ONCE = 1 << 20;

  private final OpenFiles files;
  private final Piece piece;

  ChannelData(OpenFiles files, Piece piece) {
    this.files = files;
    this.piece = piece;
  }

  @Override
  public long length() {
    return piece.length();
  }

  /**
   * @throws UncheckedIOException if the file cannot be read, or ends too early
   */
  @Override
  public void read(long offset, ByteBuffer target) {
    Objects.checkFromIndexSize(offset, target.remaining(), piece.length());
    long at = piece.offset() + offset;
    int limit = target.limit();
    try {
      FileChannel channel = files.channel(piece.file());
      while (target.position() < limit) {
        target.limit(Math.min(limit, target.position() + MOST_AT_ONCE));
        int count = channel.read(target, at);
        if (count < 0) {
          throw new EOFException(
              piece.file() + " ends before byte " + (at + limit - target.position())
                  + "; it has been replaced or cut off since it was looked at");
        }
        at += count;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + piece.file() + ": " + e, e);
    } finally {
      target.limit(limit);
    }
  }
}
