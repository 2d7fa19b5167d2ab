package io.parallelsaver.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeapDataTest extends ArrayDataContract {
  @Override
  List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Object array : Primitives.arrays(5)) {
      cases.add(
          new Case(array.getClass().getTypeName(), new HeapData(array), Primitives.bytes(array)));
    }
    cases.add(new Case("empty", new HeapData(new double[0]), new byte[0]));
    return cases;
  }

  @Test
  void usesTheArrayItself() {
    int[] array = {1, 2};
    HeapData data = new HeapData(array);
    assertSame(array, data.array());
    array[1] = 3;
    ByteBuffer target = ByteBuffer.allocate(8);
    data.read(0, target);
    assertArrayEquals(Primitives.bytes(array), target.array());
  }

  @Test
  void writesWholeElements() {
    for (Object array : Primitives.arrays(6)) {
      byte[] bytes = Primitives.bytes(array);
      int width = bytes.length / 6;
      for (int from = 0; from < 6; from++) {
        Object copy = Array.newInstance(array.getClass().getComponentType(), 6);
        ByteBuffer source = ByteBuffer.wrap(bytes, from * width, (6 - from) * width);
        new HeapData(copy).write((long) from * width, source);
        assertFalse(source.hasRemaining());
        assertEquals(ByteOrder.BIG_ENDIAN, source.order(), "the caller's order");
        byte[] expected = new byte[bytes.length];
        System.arraycopy(bytes, from * width, expected, from * width, (6 - from) * width);
        assertArrayEquals(
            expected, Primitives.bytes(copy), array.getClass().getTypeName() + " from " + from);
      }
    }
  }

  @Test
  void refusesToWritePartsOfElementsOrOutside() {
    HeapData data = new HeapData(new int[3]);
    assertThrows(IllegalArgumentException.class, () -> data.write(2, ByteBuffer.allocate(4)));
    assertThrows(IllegalArgumentException.class, () -> data.write(0, ByteBuffer.allocate(3)));
    assertThrows(IndexOutOfBoundsException.class, () -> data.write(8, ByteBuffer.allocate(8)));
  }

  @Test
  void refusesWhatIsNoPrimitiveArray() {
    assertThrows(IllegalArgumentException.class, () -> new HeapData(new Integer[1]));
    assertEquals(0, new HeapData(new char[0]).length());
  }
}
