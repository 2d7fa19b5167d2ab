package io.parallelsaver.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SliceTest {
  private static final long[] SHAPE = {5, 3, 2};

  @TempDir
  Path directory;

  /** The same bytes held in every way, in both orders. */
  private List<NDArray> arrays() throws IOException {
    int[] values = new int[30];
    ByteBuffer bytes = ByteBuffer.allocate(120).order(ByteOrder.nativeOrder());
    for (int i = 0; i < values.length; i++) {
      values[i] = i * i;
      bytes.putInt(i * i);
    }
    Path file = Files.write(directory.resolve("ints"), bytes.array());
    List<NDArray> arrays = new ArrayList<>();
    for (boolean fortran : new boolean[] {false, true}) {
      ArraySpec spec = new ArraySpec(DType.INT32, SHAPE, fortran);
      arrays.add(NDArray.of(spec, new HeapData(values)));
      arrays.add(NDArray.of(spec, bytes.slice(0, 50), bytes.slice(50, 13), bytes.slice(63, 57)));
      arrays.add(NDArray.of(spec, new FileData(new Region(file, 0, 120))));
      NDArray pairs = NDArray.of(
          new ArraySpec(
              StructType.of(
                  StructType.Field.of("x", DType.INT32), StructType.Field.of("y", DType.INT32)),
              new long[] {5, 3},
              fortran),
          new HeapData(values));
      arrays.add(pairs.field("y"));
    }
    return arrays;
  }

  @Test
  void hasTheElementsOfTheRange() throws IOException {
    for (NDArray array : arrays()) {
      for (int from = 0; from <= 5; from++) {
        for (int to = from; to <= 5; to++) {
          assertSlice(array, from, to);
        }
      }
    }
  }

  private static void assertSlice(NDArray array, int from, int to) {
    NDArray slice = array.slice(from, to);
    long[] shape = array.shape();
    shape[0] = to - from;
    assertArrayEquals(shape, slice.shape());
    assertEquals(array.spec().fortranOrder(), slice.spec().fortranOrder());
    long[] index = new long[shape.length];
    for (long row = 0; row < to - from; row++) {
      for (long rest = 0; rest < array.size() / 5; rest++) {
        index[0] = row;
        index[1] = rest % 3;
        if (index.length == 3) {
          index[2] = rest / 3;
        }
        long found = slice.getLong(index);
        index[0] = row + from;
        assertEquals(array.getLong(index), found, array + " " + from + ":" + to);
      }
    }
  }

  @Test
  void slicesOfSlices() throws IOException {
    for (NDArray array : arrays()) {
      assertTrue(array.slice(1, 5).slice(1, 3).contentEquals(array.slice(2, 4)), array.toString());
    }
  }

  @Test
  void aSliceOfAFileIsARegionOfIt() throws IOException {
    NDArray array = arrays().get(2);
    Region region = array.slice(1, 3).data().region().orElseThrow();
    assertEquals(24, region.offset());
    assertEquals(48, region.length());
  }

  @Test
  void refusesWhatIsOutside() throws IOException {
    NDArray array = arrays().get(0);
    assertThrows(IndexOutOfBoundsException.class, () -> array.slice(-1, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> array.slice(3, 6));
    assertThrows(IndexOutOfBoundsException.class, () -> array.slice(3, 2));
    NDArray scalar = NDArray.of(1.5);
    assertThrows(IllegalArgumentException.class, () -> scalar.slice(0, 1));
  }

  @Test
  void slicesWhatIsEmpty() {
    for (long[] shape : List.of(new long[] {4, 0}, new long[] {0, 4}, new long[] {3, 0, 2})) {
      for (boolean fortran : new boolean[] {false, true}) {
        NDArray empty = NDArray.of(new ArraySpec(DType.INT16, shape, fortran), new BufferData());
        long[] expected = shape.clone();
        expected[0] = shape[0] / 2;
        assertArrayEquals(expected, empty.slice(0, shape[0] / 2).shape());
      }
    }
  }

  @Test
  void givesItsBytesInPlace() throws IOException {
    NDArray mapped = arrays().get(2);
    assertTrue(mapped.buffer().isDirect() && mapped.buffer().isReadOnly());
    assertEquals(16, mapped.buffer().asIntBuffer().get(4));
    assertEquals(36, mapped.slice(1, 2).buffer().asIntBuffer().get(0));
    assertThrows(UnsupportedOperationException.class, arrays().get(0)::buffer);
    assertThrows(UnsupportedOperationException.class, arrays().get(1)::buffer);
    assertEquals(36, arrays().get(1).slice(1, 2).buffer().asIntBuffer().get(0));
    assertEquals(
        0, NDArray.of(ArraySpec.of(DType.INT16, 0), new BufferData()).buffer().limit());
  }
}
