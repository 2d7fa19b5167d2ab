package io.parallelsaver.array;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BufferDataTest extends ArrayDataContract {
  @Override
  List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (int[] sizes :
        new int[][] {{}, {0}, {7}, {3, 4}, {0, 5}, {5, 0}, {2, 0, 0, 3, 1}, {1, 1, 1, 1}}) {
      List<ByteBuffer> segments = new ArrayList<>();
      byte next = 1;
      for (int size : sizes) {
        ByteBuffer segment = (next % 2 == 0
                ? ByteBuffer.allocateDirect(size + 4)
                : ByteBuffer.allocate(size + 4))
            .position(2);
        for (int i = 0; i < size; i++) {
          segment.put(next++);
        }
        segments.add(segment.flip().position(2).asReadOnlyBuffer());
      }
      byte[] expected = new byte[next - 1];
      for (byte i = 0; i < expected.length; i++) {
        expected[i] = (byte) (i + 1);
      }
      cases.add(new Case(
          java.util.Arrays.toString(sizes),
          new BufferData(segments.toArray(ByteBuffer[]::new)),
          expected));
    }
    return cases;
  }

  @Test
  void doesNotMindWhenTheBuffersMoveLater() {
    ByteBuffer buffer = ByteBuffer.wrap(new byte[] {9, 1, 2, 3}).position(1);
    BufferData data = new BufferData(buffer);
    buffer.position(3).limit(3);
    assertEquals(3, data.length());
    ByteBuffer target = ByteBuffer.allocate(2);
    data.read(1, target);
    assertEquals(ByteBuffer.wrap(new byte[] {2, 3}), target.flip());
  }
}
