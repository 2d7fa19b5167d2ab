package io.parallelsaver.npz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parallelsaver.testing.AnyArray;
import java.io.ByteArrayOutputStream;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class Crc32PropertyTest {
  @Provide
  Arbitrary<List<byte[]>> parts() {
    return AnyArray.bytes(0, 300).list().ofMaxSize(12);
  }

  private static int crc(byte[] bytes) {
    return Crc32Test.crc(bytes, 0, bytes.length);
  }

  private static byte[] whole(List<byte[]> parts) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    parts.forEach(whole::writeBytes);
    return whole.toByteArray();
  }

  @Property(tries = 1000)
  void partsJoinToTheSumOfTheWholeFromEitherEnd(@ForAll("parts") List<byte[]> parts) {
    int fromLeft = 0;
    for (byte[] part : parts) {
      fromLeft = Crc32.combine(fromLeft, crc(part), part.length);
    }
    int fromRight = 0;
    long length = 0;
    for (int i = parts.size() - 1; i >= 0; i--) {
      fromRight = Crc32.combine(crc(parts.get(i)), fromRight, length);
      length += parts.get(i).length;
    }
    int expected = crc(whole(parts));
    assertEquals(expected, fromLeft);
    assertEquals(expected, fromRight);
  }

  @Property(tries = 1000)
  void whatIsRemovedLeavesTheSumOfTheRest(
      @ForAll("parts") List<byte[]> first, @ForAll("parts") List<byte[]> second) {
    byte[] rest = whole(second);
    int whole = crc(whole(List.of(whole(first), rest)));
    assertEquals(crc(rest), Crc32.remove(crc(whole(first)), whole, rest.length));
  }

  /** Of lengths that no test could sum. */
  @Property
  void joiningIsAssociativeForAnyLengths(
      @ForAll int one,
      @ForAll int two,
      @ForAll int three,
      @ForAll long second,
      @ForAll long third) {
    long secondLength = second >>> 2;
    long thirdLength = third >>> 2;
    assertEquals(
        Crc32.combine(Crc32.combine(one, two, secondLength), three, thirdLength),
        Crc32.combine(one, Crc32.combine(two, three, thirdLength), secondLength + thirdLength));
  }
}
