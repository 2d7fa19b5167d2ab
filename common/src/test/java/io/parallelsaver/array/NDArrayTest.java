package io.parallelsaver.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.StructType.Field;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NDArrayTest {
  @Test
  void takesPrimitiveArraysOfEveryType() {
    String[] dtypes = {"|b1", "|i1", "<i2", "<u2", "<i4", "<i8", "<f4", "<f8"};
    List<Object> arrays = Primitives.arrays(4);
    for (int i = 0; i < dtypes.length; i++) {
      NDArray array = NDArray.of(arrays.get(i));
      assertEquals(dtypes[i] + " (4,) C", array.spec().toString());
      assertArrayEquals(Primitives.bytes(arrays.get(i)), array.toBytes().array());
      Object back = array.toArray();
      assertArrayEquals(Primitives.bytes(arrays.get(i)), Primitives.bytes(back));
    }
  }

  @Test
  void takesNumbersAsZeroD() {
    assertEquals("<f8 () C", NDArray.of(2.5).spec().toString());
    assertEquals(2.5, NDArray.of(2.5).getDouble());
    assertEquals(2.5, NDArray.of(2.5).toNestedArray());
    assertEquals("|b1 () C", NDArray.of(true).spec().toString());
    assertTrue(NDArray.of(true).getBoolean());
    assertEquals("<u2 () C", NDArray.of('x').spec().toString());
    assertEquals('x', NDArray.of('x').getLong());
    assertEquals(-5, NDArray.of((byte) -5).getLong());
    assertEquals(Long.MIN_VALUE, NDArray.of(Long.MIN_VALUE).getLong());
  }

  @Test
  void takesWhatRemainsOfBuffersInTheirOwnOrder() {
    ByteBuffer direct =
        ByteBuffer.allocateDirect(24).order(ByteOrder.BIG_ENDIAN).putInt(4, 7).putInt(8, -1);
    assertArrayEquals(
        new long[] {7, -1},
        NDArray.of(direct.asIntBuffer().position(1).limit(3)).toLongs());
    assertArrayEquals(
        new long[] {2, 3},
        NDArray.of(ShortBuffer.wrap(new short[] {1, 2, 3}).position(1)).toLongs());
    assertArrayEquals(
        new long[] {2, 3},
        NDArray.of(LongBuffer.wrap(new long[] {1, 2, 3}, 1, 2).slice()).toLongs());
    assertArrayEquals(new long[] {'a', 'b'}, NDArray.of(CharBuffer.wrap("ab")).toLongs());
    assertArrayEquals(
        new double[] {1.5},
        NDArray.of(FloatBuffer.wrap(new float[] {1.5f}).asReadOnlyBuffer()).toDoubles());
    assertArrayEquals(
        new double[] {1.5}, NDArray.of(DoubleBuffer.wrap(new double[] {1.5})).toDoubles());
    assertArrayEquals(
        new long[] {-2},
        NDArray.of(ByteBuffer.wrap(new byte[] {1, -2}).position(1)).toLongs());
  }

  @Test
  void sharesAWholeHeapBuffer() {
    int[] values = {1, 2};
    NDArray array = NDArray.of(IntBuffer.wrap(values));
    values[0] = 9;
    assertEquals(9, array.getLong(0));
  }

  @Test
  void returnsAnNDArrayAsItIs() {
    NDArray array = NDArray.of(new int[2]);
    assertSame(array, NDArray.of((Object) array));
  }

  @Test
  void refusesWhatIsNoArrayAndNamesItsType() {
    for (Object value : List.of(
        List.of("text"), new StringBuilder("text"), new BigDecimal(1), new AtomicInteger(1))) {
      IllegalArgumentException refusal =
          assertThrows(IllegalArgumentException.class, () -> NDArray.of(value));
      assertTrue(refusal.getMessage().contains(value.getClass().getName()), refusal.getMessage());
    }
    assertThrows(IllegalArgumentException.class, () -> NDArray.of((Object) null));
  }

  @Test
  void refusesBytesThatAreTooManyOrTooFew() {
    ArraySpec spec = ArraySpec.of(DType.INT32, 3);
    for (int size : new int[] {0, 11, 13}) {
      IllegalArgumentException refusal = assertThrows(
          IllegalArgumentException.class, () -> NDArray.of(spec, ByteBuffer.allocate(size)));
      assertTrue(
          refusal.getMessage().contains("takes 12 bytes, found " + size), refusal.getMessage());
    }
  }

  @Test
  void reshapesWithoutCopying() {
    NDArray array = NDArray.of(new int[] {1, 2, 3, 4, 5, 6});
    assertEquals(6, array.reshape(2, 3).getLong(1, 2));
    assertEquals(ArraySpec.of(DType.INT32, 3, 1, 2), array.reshape(3, 1, 2).spec());
    assertSame(array.data(), array.reshape(6, 1).data());
    assertThrows(IllegalArgumentException.class, () -> array.reshape(2, 2));
    assertThrows(
        IllegalArgumentException.class, () -> array.reshape(2, 3).fortranOrder().reshape(6));
  }

  @Test
  void viewsAsAnotherDtype() {
    NDArray bytes = NDArray.of(new byte[] {-1, 0, 0, 0, 1, 0, 0, 0});
    assertArrayEquals(
        new long[] {255, 0, 0, 0, 1, 0, 0, 0}, bytes.view(DType.UINT8).toLongs());
    assertArrayEquals(new long[] {255, 1}, bytes.view(DType.UINT32).toLongs());
    assertThrows(IllegalArgumentException.class, () -> NDArray.of(new byte[7]).view(DType.INT16));
    assertThrows(IllegalArgumentException.class, () -> bytes.reshape(2, 4).view(DType.INT32));
  }

  @Test
  void declaresFortranOrder() {
    NDArray array = NDArray.of(new int[] {1, 2, 3, 4, 5, 6}).reshape(2, 3).fortranOrder();
    assertArrayEquals(new int[][] {{1, 3, 5}, {2, 4, 6}}, (int[][]) array.toNestedArray());
    assertEquals(4, array.getLong(1, 1));
  }

  @Test
  void givesTheBytesOfOneElementOfAnyDtype() {
    byte[] bytes = {1, 2, 3, 4, 5, 6};
    for (DType dtype : List.of(
        ScalarType.of('V', 3),
        ScalarType.of('S', 3),
        StructType.of(Field.of("a", DType.INT8), Field.of("b", DType.INT16)))) {
      NDArray array = NDArray.of(ArraySpec.of(dtype, 2), ByteBuffer.wrap(bytes));
      assertArrayEquals(new byte[] {4, 5, 6}, array.getBytes(1), dtype.toString());
      assertThrows(IndexOutOfBoundsException.class, () -> array.getBytes(2));
    }
  }

  @Test
  void comparesContent() {
    byte[] bytes = new byte[(1 << 18) + 5];
    NDArray array = NDArray.of(bytes);
    assertTrue(array.contentEquals(array));
    assertTrue(array.contentEquals(
        NDArray.of(array.spec(), ByteBuffer.allocate(3), ByteBuffer.allocate((1 << 18) + 2))));
    assertTrue(
        NDArray.of(new double[] {Double.NaN}).contentEquals(NDArray.of(new double[] {Double.NaN})));
    assertTrue(NDArray.of(new int[0]).contentEquals(NDArray.of(new int[0])));

    assertFalse(array.contentEquals(array.view(DType.UINT8)), "dtype");
    assertFalse(array.contentEquals(array.reshape(1, bytes.length)), "shape");
    assertFalse(array.contentEquals(array.fortranOrder()), "order");
    NDArray bits = NDArray.of(ArraySpec.of(ScalarType.of('V', 1)), ByteBuffer.allocate(1));
    assertFalse(bits.contentEquals(bits.as(MlDType.INT4)), "logical type");
    for (int at : new int[] {0, (1 << 18) - 1, 1 << 18, bytes.length - 1}) {
      byte[] other = bytes.clone();
      other[at] = 1;
      assertFalse(array.contentEquals(NDArray.of(other)), "byte " + at);
    }
    assertFalse(
        array.data().contentEquals(NDArray.of(new byte[bytes.length + 1]).data()));
  }

  @Test
  void refusesIndicesOutsideTheShape() {
    NDArray array = NDArray.of(new int[2][3]);
    for (long[] index : new long[][] {{2, 0}, {0, 3}, {-1, 0}, {0}, {0, 0, 0}, {}}) {
      assertThrows(IndexOutOfBoundsException.class, () -> array.getLong(index));
    }
  }

  @Test
  void refusesShapesThatNumPyCannotAddress() {
    for (long[] shape : new long[][] {{-1}, {1L << 62, 1}, {1L << 61, 0, 4}, {0, -1}}) {
      assertThrows(IllegalArgumentException.class, () -> ArraySpec.of(DType.INT16, shape));
    }
    assertEquals(0, ArraySpec.of(DType.INT16, 1L << 61, 0).byteSize());
  }

  @Test
  void keepsItsShapeWhenTheCallersArrayChanges() {
    long[] shape = {2, 3};
    ArraySpec spec = new ArraySpec(DType.INT8, shape, false);
    shape[0] = 9;
    spec.shape()[1] = 9;
    assertEquals(ArraySpec.of(DType.INT8, 2, 3), spec);
    assertEquals(ArraySpec.of(DType.INT8, 2, 3).hashCode(), spec.hashCode());
  }
}
