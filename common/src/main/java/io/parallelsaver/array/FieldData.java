package io.parallelsaver.array;

import io.parallelsaver.array.StridedCopy.Runs;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * The bytes of one field of structured items, gathered when they are read: a run of bytes out of each item; for a sub-array in an array
 * in Fortran order, whose elements stand apart, one such pass for each of them.
 */
final class FieldData implements ArrayData {
  /** Bytes of items read at a time. */
  private static final int BLOCK = 1 << 18;

  private final ArrayData items;
  private final long itemSize;
  private final long count;
  private final long[] offsets;
  private final long run;

  /**
   * @param itemSize bytes of an item, more than 0
   * @param offsets where the runs of each pass stand in an item
   * @param run bytes of a run
   */
  private FieldData(ArrayData items, long itemSize, long[] offsets, long run) {
    this.items = items;
    this.itemSize = itemSize;
    this.count = items.length() / itemSize;
    this.offsets = offsets;
    this.run = run;
  }

  /**
   * One field of all elements, in their memory order, with the extents of its sub-array as further axes.
   *
   * @param offset bytes from the start of an element to the field
   */
  static NDArray view(NDArray structs, long offset, DType field) {
    ArraySpec spec = structs.spec();
    long[] dims = {};
    DType base = field;
    while (base instanceof SubarrayType sub) {
      dims = concat(dims, Arrays.stream(sub.dims()).asLongStream().toArray());
      base = sub.base();
    }
    // One axis is in both orders, and C order keeps a sub-array in one run.
    boolean fortran = spec.fortranOrder() && spec.ndim() > 1;
    ArraySpec wanted = new ArraySpec(base, concat(spec.shape(), dims), fortran);
    boolean apart = fortran && dims.length > 0;
    long[] offsets = apart ? elements(offset, ArraySpec.of(base, dims)) : new long[] {offset};
    long run = apart ? base.itemSize() : field.itemSize();
    return NDArray.of(wanted, data(structs.data(), spec.dtype().itemSize(), offsets, run));
  }

  /** A range along the first axis of an array in Fortran order: a run out of each column. */
  static ArrayData rows(NDArray array, long extent, long from, long to) {
    long width = array.spec().dtype().itemSize();
    return data(array.data(), extent * width, new long[] {from * width}, (to - from) * width);
  }

  private static ArrayData data(ArrayData items, long itemSize, long[] offsets, long run) {
    if (run == itemSize && offsets.length == 1) {
      return items;
    }
    if (items instanceof FieldData outer && outer.offsets.length == 1 && outer.run == itemSize) {
      // A field of a field: one gathering instead of two.
      long[] within =
          Arrays.stream(offsets).map(offset -> outer.offsets[0] + offset).toArray();
      return new FieldData(outer.items, outer.itemSize, within, run);
    }
    return new FieldData(items, itemSize, offsets, run);
  }

  private static long[] concat(long[] first, long[] second) {
    return LongStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
  }

  /** Where the elements of a sub-array stand, the first axis counting fastest. They are in C order. */
  private static long[] elements(long offset, ArraySpec subarray) {
    long[] shape = subarray.shape();
    long[] steps = Strides.steps(subarray);
    long[] offsets = {offset};
    for (int axis = 0; axis < shape.length; axis++) {
      long[] inner = offsets;
      long step = steps[axis] * subarray.dtype().itemSize();
      offsets = LongStream.range(0, shape[axis])
          .flatMap(index -> Arrays.stream(inner).map(each -> each + index * step))
          .toArray();
    }
    return offsets;
  }

  @Override
  public long length() {
    return count * run * offsets.length;
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    Objects.checkFromIndexSize(offset, target.remaining(), length());
    ByteBuffer block = null;
    long at = offset;
    while (target.hasRemaining()) {
      long item = at / run % count;
      long inside = at % run;
      long from = item * itemSize + offsets[(int) (at / run / count)];
      long whole = inside == 0 ? Math.min(target.remaining() / run, count - item) : 0;
      int runs = (int) Math.min(whole, BLOCK / itemSize);
      if (runs > 1) {
        if (block == null) {
          long most = target.remaining() / run * itemSize;
          block = ByteBuffer.allocate((int) Math.min(BLOCK, most));
        }
        gather(from, runs, block, target);
        at += runs * run;
      } else {
        ByteBuffer part = target.duplicate();
        part.limit(part.position() + (int) Math.min(run - inside, part.remaining()));
        items.read(from + inside, part);
        at += part.position() - target.position();
        target.position(part.position());
      }
    }
  }

  private void gather(long from, int runs, ByteBuffer block, ByteBuffer target) {
    block.clear().limit((int) ((runs - 1) * itemSize + run));
    items.read(from, block);
    StridedCopy.copy(
        new Runs(block, 0, (int) itemSize),
        new Runs(target, target.position(), (int) run),
        (int) run,
        runs);
    target.position(target.position() + runs * (int) run);
  }
}
