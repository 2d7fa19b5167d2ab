package io.parallelsaver.array;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/** Bytes of which each run stands elsewhere, one behind the other: an array whose rows are in several files. */
public final class JoinedData implements ArrayData {
  private final List<ArrayData> parts;
  private final long[] starts;
  private final long length;
  private final OptionalInt crc;

  /**
   * @param parts none of them empty
   * @param crc CRC-32 that all bytes together should have, if anything says so
   */
  public JoinedData(List<? extends ArrayData> parts, OptionalInt crc) {
    this.parts = List.copyOf(parts);
    this.starts = new long[parts.size()];
    this.crc = crc;
    long end = 0;
    for (int i = 0; i < starts.length; i++) {
      if (parts.get(i).length() == 0) {
        throw new IllegalArgumentException("part " + i + " of " + starts.length + " is empty");
      }
      starts[i] = end;
      end = Math.addExact(end, parts.get(i).length());
    }
    this.length = end;
  }

  /** The runs, in order. */
  public List<ArrayData> parts() {
    return parts;
  }

  /** Where a run begins. */
  public long start(int part) {
    return starts[part];
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public OptionalInt crc() {
    return crc;
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    Objects.checkFromIndexSize(offset, target.remaining(), length);
    int end = target.limit();
    long at = offset;
    for (int i = part(at); target.position() < end; i++) {
      ArrayData part = parts.get(i);
      long inside = at - starts[i];
      int take = (int) Math.min(part.length() - inside, end - target.position());
      target.limit(target.position() + take);
      part.read(inside, target);
      at += take;
      target.limit(end);
    }
  }

  /** All of them if every run is in memory that is not Java's heap; else none. */
  @Override
  public List<ByteBuffer> buffers() {
    List<ByteBuffer> all = new ArrayList<>();
    for (ArrayData part : parts) {
      List<ByteBuffer> buffers = part.buffers();
      if (buffers.isEmpty()) {
        return List.of();
      }
      all.addAll(buffers);
    }
    return all;
  }

  /** Within one run it is a slice of that: a view, if that is one. */
  @Override
  public ArrayData slice(long offset, long count) {
    Objects.checkFromIndexSize(offset, count, length);
    List<ArrayData> slices = new ArrayList<>();
    long end = offset + count;
    for (int i = part(offset); i < starts.length && starts[i] < end; i++) {
      long from = Math.max(offset, starts[i]);
      long to = Math.min(end, starts[i] + parts.get(i).length());
      if (from < to) {
        slices.add(
            to - from == parts.get(i).length()
                ? parts.get(i)
                : parts.get(i).slice(from - starts[i], to - from));
      }
    }
    return slices.size() == 1 ? slices.get(0) : new JoinedData(slices, OptionalInt.empty());
  }

  private int part(long offset) {
    int found = Arrays.binarySearch(starts, offset);
    return found >= 0 ? found : Math.max(0, -found - 2);
  }

  @Override
  public String toString() {
    return "JoinedData " + parts;
  }
}
