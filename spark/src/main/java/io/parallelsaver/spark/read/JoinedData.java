package io.parallelsaver.spark.read;

import io.parallelsaver.array.ArrayData;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/** Bytes in several places, one behind the other. */
record JoinedData(List<ArrayData> parts, long length) implements ArrayData {
  static ArrayData of(List<ArrayData> parts) {
    return parts.size() == 1
        ? parts.get(0)
        : new JoinedData(
            List.copyOf(parts), parts.stream().mapToLong(ArrayData::length).sum());
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    Objects.checkFromIndexSize(offset, target.remaining(), length);
    int limit = target.limit();
    long skip = offset;
    for (ArrayData part : parts) {
      if (skip < part.length() && target.position() < limit) {
        long take = Math.min(limit - target.position(), part.length() - skip);
        target.limit(target.position() + (int) take);
        part.read(skip, target);
        skip = 0;
      } else {
        skip = Math.max(0, skip - part.length());
      }
    }
    target.limit(limit);
  }
}
