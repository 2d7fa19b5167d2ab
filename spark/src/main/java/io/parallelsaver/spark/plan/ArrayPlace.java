package io.parallelsaver.spark.plan;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.npy.NpyHeader;
import java.io.Serializable;
import java.nio.ByteBuffer;

/**
 * An array and where its bytes stand.
 *
 * @param key its name
 * @param header what it is, as a {@code .npy} header says it
 * @param pieces its bytes, one piece behind the other along the first axis; nearly always one
 */
public record ArrayPlace(String key, byte[] header, Piece[] pieces) implements Serializable {
  public ArraySpec spec() {
    return NpyHeader.parse(ByteBuffer.wrap(header)).spec();
  }

  /** Bytes of the array. */
  public long length() {
    long length = 0;
    for (Piece piece : pieces) {
      length += piece.length();
    }
    return length;
  }

  /** Whether all bytes stand in files as they are. */
  public boolean isStored() {
    for (Piece piece : pieces) {
      if (piece.member() != null) {
        return false;
      }
    }
    return true;
  }

  /** Whether a part in the middle can be read without all that stands before it. */
  public boolean isSeekable() {
    for (Piece piece : pieces) {
      if (!piece.seekable()) {
        return false;
      }
    }
    return true;
  }
}
