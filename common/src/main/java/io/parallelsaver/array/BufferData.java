package io.parallelsaver.array;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Bytes in one or more NIO buffers, one behind the other: direct, mapped or heap. Several of them go beyond 2 GiB. */
public final class BufferData implements ArrayData {
  private final ByteBuffer[] segments;
  private final long[] starts;
  private final long length;

  /** Uses what remains of each buffer, without copying; later moves of the buffers' positions do not matter. */
  public BufferData(ByteBuffer... segments) {
    this.segments = Arrays.stream(segments).map(ByteBuffer::slice).toArray(ByteBuffer[]::new);
    this.starts = new long[segments.length];
    long total = 0;
    for (int i = 0; i < segments.length; i++) {
      starts[i] = total;
      total += this.segments[i].remaining();
    }
    this.length = total;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    Objects.checkFromIndexSize(offset, target.remaining(), length);
    long at = offset;
    for (int i = segment(at); target.hasRemaining(); i++) {
      int inside = (int) (at - starts[i]);
      int take = Math.min(segments[i].capacity() - inside, target.remaining());
      target.put(target.position(), segments[i], inside, take);
      target.position(target.position() + take);
      at += take;
    }
  }

  @Override
  public List<ByteBuffer> buffers() {
    return Arrays.stream(segments).map(ByteBuffer::asReadOnlyBuffer).toList();
  }

  @Override
  public ArrayData slice(long offset, long count) {
    Objects.checkFromIndexSize(offset, count, length);
    List<ByteBuffer> parts = new ArrayList<>();
    for (int i = 0; i < segments.length; i++) {
      long from = Math.max(offset, starts[i]);
      long to = Math.min(offset + count, starts[i] + segments[i].capacity());
      if (from < to) {
        parts.add(segments[i].slice((int) (from - starts[i]), (int) (to - from)));
      }
    }
    return new BufferData(parts.toArray(ByteBuffer[]::new));
  }

  private int segment(long offset) {
    int found = Arrays.binarySearch(starts, offset);
    return found >= 0 ? found : -found - 2;
  }
}
