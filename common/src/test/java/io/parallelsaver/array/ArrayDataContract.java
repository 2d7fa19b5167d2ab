package io.parallelsaver.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every kind of array bytes must do. */
abstract class ArrayDataContract {
  /**
   * @param data under test
   * @param expected its bytes, computed in another way
   */
  record Case(String name, ArrayData data, byte[] expected) {}

  abstract List<Case> cases() throws IOException;

  @Test
  void readsAnyRangeIntoAnyBuffer() throws IOException {
    for (Case each : cases()) {
      int length = each.expected().length;
      assertEquals(length, each.data().length(), each.name());
      for (int from = 0; from <= length; from++) {
        for (int to = from; to <= length; to++) {
          ByteBuffer target = (from % 2 == 0
              ? ByteBuffer.allocate(length + 8)
              : ByteBuffer.allocateDirect(length + 8));
          target.position(3).limit(3 + to - from);
          each.data().read(from, target);
          assertFalse(target.hasRemaining());
          byte[] found = new byte[to - from];
          target.get(3, found);
          assertArrayEquals(
              Arrays.copyOfRange(each.expected(), from, to),
              found,
              each.name() + " from " + from + " to " + to);
          assertEquals(0, target.clear().get(3 + to - from), "wrote beyond the limit");
        }
      }
    }
  }

  @Test
  void leavesTheBuffersByteOrderAlone() throws IOException {
    for (Case each : cases()) {
      for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
        ByteBuffer target = ByteBuffer.allocate(each.expected().length).order(order);
        each.data().read(0, target);
        assertEquals(order, target.order(), each.name());
        assertArrayEquals(each.expected(), target.array(), each.name());
      }
    }
  }

  @Test
  void refusesToReadOutside() throws IOException {
    for (Case each : cases()) {
      int length = each.expected().length;
      for (long[] range :
          new long[][] {{-1, 1}, {length, 1}, {0, length + 1}, {length + 1, 0}, {Long.MAX_VALUE, 1}
          }) {
        ByteBuffer target = ByteBuffer.allocate((int) range[1]);
        assertThrows(
            IndexOutOfBoundsException.class, () -> each.data().read(range[0], target), each.name());
        assertEquals(0, target.position());
      }
    }
  }
}
