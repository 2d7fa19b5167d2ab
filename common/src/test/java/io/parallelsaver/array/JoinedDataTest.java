package io.parallelsaver.array;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class JoinedDataTest extends ArrayDataContract {
  private static BufferData bytes(int... values) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(values.length);
    for (int value : values) {
      buffer.put((byte) value);
    }
    return new BufferData(buffer.flip());
  }

  private static JoinedData joined() {
    return new JoinedData(List.of(bytes(0, 1, 2), bytes(3), bytes(4, 5)), OptionalInt.of(7));
  }

  @Override
  List<Case> cases() {
    return List.of(
        new Case("three parts", joined(), new byte[] {0, 1, 2, 3, 4, 5}),
        new Case("a slice over a border", joined().slice(2, 3), new byte[] {2, 3, 4}),
        new Case("none", new JoinedData(List.of(), OptionalInt.empty()), new byte[0]));
  }

  @Test
  void aSliceOfOnePartIsOneOfThatPart() {
    assertInstanceOf(BufferData.class, joined().slice(1, 2));
    assertEquals(1, joined().slice(3, 1).buffers().size());
    assertInstanceOf(JoinedData.class, joined().slice(3, 2));
    assertEquals(0, joined().slice(6, 0).length());
  }

  @Test
  void knowsTheSumOfAllAndNoneOfASlice() {
    assertEquals(OptionalInt.of(7), joined().crc());
    assertEquals(OptionalInt.empty(), joined().slice(2, 3).crc());
  }

  @Test
  void isInPlaceIfAllItsPartsAre() {
    assertEquals(3, joined().buffers().size());
    JoinedData mixed =
        new JoinedData(List.of(bytes(1), new HeapData(new byte[] {2})), OptionalInt.empty());
    assertEquals(List.of(), mixed.buffers());
  }

  @Test
  void refusesAnEmptyPart() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new JoinedData(List.of(bytes(1), bytes()), OptionalInt.empty()));
  }
}
