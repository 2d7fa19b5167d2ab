package io.parallelsaver.npy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.ScalarType;
import io.parallelsaver.testing.AnyArray;
import java.nio.ByteBuffer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

class NpyHeaderPropertyTest {
  @Provide
  Arbitrary<DType> dtypes() {
    Arbitrary<DType> objects = Arbitraries.just(ScalarType.of('O', 8));
    return AnyArray.dtypes(
        Arbitraries.frequencyOf(Tuple.of(19, AnyArray.scalars()), Tuple.of(1, objects)));
  }

  @Provide
  Arbitrary<ArraySpec> specs() {
    return Arbitraries.frequencyOf(
        Tuple.of(4, AnyArray.specs(Long.MAX_VALUE)),
        Tuple.of(1, AnyArray.specs(dtypes(), Long.MAX_VALUE)));
  }

  @Property(tries = 1000)
  void aDescrParsesBack(@ForAll("dtypes") DType dtype) {
    assertEquals(dtype, Descr.parse(PythonLiteral.parse(dtype.descr())));
  }

  @Property(tries = 1000)
  void aHeaderIsReadAsItWasWritten(@ForAll("specs") ArraySpec spec) {
    byte[] bytes = NpyHeader.bytes(spec);
    assertEquals(new NpyHeader(spec, bytes.length), NpyHeader.parse(ByteBuffer.wrap(bytes)));
  }

  @Property
  void aHeaderEndsWithANewlineAtAMultipleOf64(@ForAll("specs") ArraySpec spec) {
    byte[] bytes = NpyHeader.bytes(spec);
    assertEquals(0, bytes.length % 64);
    assertEquals('\n', bytes[bytes.length - 1]);
    assertEquals(bytes.length, NpyHeader.length(ByteBuffer.wrap(bytes), bytes.length));
  }

  @Property
  void theVersionIsTheOldestThatCanHoldIt(@ForAll("specs") ArraySpec spec) {
    byte[] bytes = NpyHeader.bytes(spec);
    boolean latin1 = spec.dtype().descr().chars().allMatch(c -> c <= 0xFF);
    assertEquals(!latin1 ? 3 : bytes.length > 10 + 0xFFFF ? 2 : 1, bytes[6]);
  }

  @Property(tries = 50)
  void aHeaderOfManyFieldsIsReadInEitherVersion(
      @ForAll @IntRange(min = 2500, max = 3600) int fields) {
    ArraySpec spec = ArraySpec.of(RandomSpecs.wide(fields), 3);
    byte[] bytes = NpyHeader.bytes(spec);
    assertEquals(bytes.length > 10 + 0xFFFF ? 2 : 1, bytes[6]);
    assertEquals(new NpyHeader(spec, bytes.length), NpyHeader.parse(ByteBuffer.wrap(bytes)));
  }

  @Property(tries = 1500)
  void anyChangedByteMakesAHeaderOrIsRefused(
      @ForAll("specs") ArraySpec spec, @ForAll int position, @ForAll byte value) {
    byte[] bytes = NpyHeader.bytes(spec);
    bytes[Math.floorMod(position, bytes.length)] = value;
    try {
      NpyHeader header = NpyHeader.parse(ByteBuffer.wrap(bytes));
      assertTrue(header.length() <= bytes.length);
      assertTrue(header.spec().byteSize() >= 0);
    } catch (IllegalArgumentException refused) {
      assertNotNull(refused.getMessage());
    }
  }

  /** What is left of a header cut off anywhere is no header. */
  @Property
  void aPartOfAHeaderIsRefused(@ForAll("specs") ArraySpec spec, @ForAll int position) {
    byte[] bytes = NpyHeader.bytes(spec);
    ByteBuffer part = ByteBuffer.wrap(bytes, 0, Math.floorMod(position, bytes.length));
    assertThrows(IllegalArgumentException.class, () -> NpyHeader.parse(part));
  }
}
