package io.parallelsaver.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.AnyArray;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Of small arrays, whose bytes lie in pieces as they happen to be cut. */
class NDArrayPropertyTest {
  private static final int MOST_BYTES = 3000;

  /** An array and the bytes it was made from. */
  record Sample(NDArray array, byte[] bytes) {
    @Override
    public String toString() {
      return array + " " + Arrays.toString(bytes);
    }
  }

  @Provide
  Arbitrary<ArraySpec> specs() {
    return AnyArray.specs(MOST_BYTES).filter(spec -> spec.byteSize() <= MOST_BYTES);
  }

  @Provide
  Arbitrary<Sample> samples() {
    return Combinators.combine(specs(), Arbitraries.randomValue(Random::nextLong))
        .as(NDArrayPropertyTest::sample);
  }

  @Provide
  Arbitrary<Sample> sampleWithAxis() {
    return samples().filter(sample -> sample.array().spec().ndim() > 0);
  }

  private static Sample sample(ArraySpec spec, long seed) {
    byte[] bytes = new byte[(int) spec.byteSize()];
    Random random = new Random(seed);
    random.nextBytes(bytes);
    return new Sample(inPieces(spec, bytes, random), bytes);
  }

  private static NDArray inPieces(ArraySpec spec, byte[] bytes, Random random) {
    List<ByteBuffer> pieces = new ArrayList<>();
    for (int at = 0; at < bytes.length; ) {
      int next = at + random.nextInt(bytes.length - at + 1);
      pieces.add(ByteBuffer.wrap(bytes.clone()).slice(at, next - at));
      at = next;
    }
    return NDArray.of(spec, pieces.toArray(ByteBuffer[]::new));
  }

  /** The definition of memory order, in the slowest way. */
  private static byte[] element(Sample sample, long[] index) {
    ArraySpec spec = sample.array().spec();
    long[] shape = spec.shape();
    long at = 0;
    for (int i = 0; i < shape.length; i++) {
      int axis = spec.fortranOrder() ? shape.length - 1 - i : i;
      at = at * shape[axis] + index[axis];
    }
    int size = (int) spec.dtype().itemSize();
    return Arrays.copyOfRange(sample.bytes(), (int) at * size, (int) (at + 1) * size);
  }

  /** Goes on to the next index in C order. */
  private static boolean advance(long[] index, long[] shape) {
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis] < shape[axis]) {
        return true;
      }
      index[axis] = 0;
    }
    return false;
  }

  private static int cut(long extent, int choice) {
    return Math.floorMod(choice, (int) Math.min(extent, 1 << 20) + 1);
  }

  @Property
  void aSliceHasTheElementsOfItsRange(
      @ForAll("sampleWithAxis") Sample sample, @ForAll int one, @ForAll int other) {
    NDArray array = sample.array();
    long[] shape = array.shape();
    int from = Math.min(cut(shape[0], one), cut(shape[0], other));
    int to = Math.max(cut(shape[0], one), cut(shape[0], other));
    NDArray slice = array.slice(from, to);
    shape[0] = to - from;
    assertArrayEquals(shape, slice.shape());
    assertEquals(array.spec().withShape(shape), slice.spec());
    if (slice.spec().byteSize() == 0) {
      return;
    }
    long[] index = new long[shape.length];
    do {
      long[] whole = index.clone();
      whole[0] += from;
      assertArrayEquals(element(sample, whole), slice.getBytes(index));
      assertArrayEquals(element(sample, whole), array.getBytes(whole));
    } while (advance(index, shape));
  }

  @Property
  void aSliceOfASliceIsASlice(
      @ForAll("sampleWithAxis") Sample sample, @ForAll @Size(4) List<Integer> choices) {
    NDArray array = sample.array();
    int[] outer = range(array.shape()[0], choices.get(0), choices.get(1));
    NDArray slice = array.slice(outer[0], outer[1]);
    int[] inner = range(outer[1] - outer[0], choices.get(2), choices.get(3));
    NDArray direct = array.slice(outer[0] + inner[0], outer[0] + inner[1]);
    assertTrue(slice.slice(inner[0], inner[1]).contentEquals(direct));
    assertTrue(array.slice(0, array.shape()[0]).contentEquals(array));
  }

  private static int[] range(long extent, int one, int other) {
    int[] range = {cut(extent, one), cut(extent, other)};
    Arrays.sort(range);
    return range;
  }

  @Property
  void aViewKeepsTheBytes(@ForAll("samples") Sample sample) {
    NDArray array = sample.array();
    NDArray raw = array.view(ScalarType.of('V', array.dtype().itemSize()));
    assertArrayEquals(sample.bytes(), raw.toBytes().array());
    assertArrayEquals(array.shape(), raw.shape());
    NDArray back = raw.view(array.dtype());
    assertEquals(array.spec().withoutLogicalType(), back.spec());
    assertTrue(back.data().contentEquals(array.data()));
  }

  @Property
  void aViewOfOneAxisHasAnyItemSizeThatDivides(
      @ForAll @IntRange(min = 1, max = 40) int size,
      @ForAll @IntRange(min = 1, max = 40) int other,
      @ForAll @IntRange(max = 20) int count,
      @ForAll long seed) {
    ArraySpec spec = ArraySpec.of(ScalarType.of('S', size), (long) count * other);
    Sample sample = sample(spec, seed);
    NDArray view = sample.array().view(ScalarType.of('V', other));
    assertArrayEquals(new long[] {(long) count * size}, view.shape());
    assertArrayEquals(sample.bytes(), view.toBytes().array());
  }

  @Property
  void reshapingKeepsBytesAndElementsInCOrder(
      @ForAll("samples") Sample sample, @ForAll int choice) {
    NDArray array = NDArray.of(
        new ArraySpec(
            sample.array().dtype(),
            sample.array().shape(),
            false,
            sample.array().logicalType()),
        sample.array().data());
    NDArray flat = array.reshape(array.size());
    long[] shape = twoAxes(array.size(), choice);
    NDArray table = flat.reshape(shape);
    assertArrayEquals(shape, table.shape());
    assertArrayEquals(sample.bytes(), table.toBytes().array());
    assertEquals(array.logicalType(), table.logicalType());
    assertTrue(table.reshape(array.shape()).contentEquals(array));
    for (long i = 0; i < Math.min(array.size(), 100); i++) {
      assertArrayEquals(flat.getBytes(i), table.getBytes(i / shape[1], i % shape[1]));
    }
  }

  /** Two extents of this product. */
  private static long[] twoAxes(long size, int choice) {
    long divisor = Math.max(1, Math.floorMod(choice, (int) Math.min(size, 1000) + 1));
    while (size % divisor != 0) {
      divisor--;
    }
    return new long[] {size / divisor, divisor};
  }

  @Property
  void contentEqualsIsAnEquivalence(@ForAll("samples") Sample sample, @ForAll long seed) {
    Random random = new Random(seed);
    ArraySpec spec = sample.array().spec();
    NDArray one = sample.array();
    NDArray two = inPieces(spec, sample.bytes(), random);
    NDArray three = inPieces(spec, sample.bytes(), random);
    assertTrue(one.contentEquals(one));
    assertTrue(one.contentEquals(two) && two.contentEquals(one));
    assertTrue(two.contentEquals(three) && one.contentEquals(three));
    if (sample.bytes().length > 0) {
      byte[] changed = sample.bytes().clone();
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      NDArray different = inPieces(spec, changed, random);
      assertFalse(one.contentEquals(different) || different.contentEquals(one));
    }
    long[] longer = Arrays.copyOf(spec.shape(), spec.ndim() + 1);
    longer[spec.ndim()] = 1;
    NDArray otherShape = NDArray.of(spec.withShape(longer), one.data());
    assertFalse(one.contentEquals(otherShape) || otherShape.contentEquals(one));
  }
}
