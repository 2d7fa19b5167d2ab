package io.parallelsaver.array;

import java.nio.ByteBuffer;
import java.util.Objects;

/** A run of an array's bytes. */
record SliceData(ArrayData whole, long offset, long length) implements ArrayData {
  SliceData {
    Objects.checkFromIndexSize(offset, length, whole.length());
  }

  @Override
  public void read(long from, ByteBuffer target) {
    Objects.checkFromIndexSize(from, target.remaining(), length);
    whole.read(offset + from, target);
  }

  @Override
  public ArrayData slice(long from, long count) {
    Objects.checkFromIndexSize(from, count, length);
    return whole.slice(offset + from, count);
  }
}
