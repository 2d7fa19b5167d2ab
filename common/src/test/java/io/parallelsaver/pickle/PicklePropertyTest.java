package io.parallelsaver.pickle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.Region;
import io.parallelsaver.pickle.PickledArray.Encoding;
import io.parallelsaver.pickle.PickledArray.Framing;
import io.parallelsaver.pickle.PickledArray.Located;
import io.parallelsaver.testing.AnyArray;
import io.parallelsaver.testing.SparseFile;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class PicklePropertyTest {
  @Provide
  Arbitrary<ArraySpec> specs() {
    return AnyArray.specs(1L << 42);
  }

  @Provide
  Arbitrary<ArraySpec> hugeSpecs() {
    return AnyArray.specs(Long.MAX_VALUE);
  }

  @Provide
  Arbitrary<String> keys() {
    return AnyArray.keys();
  }

  @Property(tries = 500)
  void anArrayIsFoundWhereItWasFramed(@ForAll("specs") ArraySpec spec) {
    Framing framing = PickledArray.framing(spec);
    long start = framing.before().length;
    assertEquals(0, start % PickledArray.ALIGNMENT);
    try (SparseFile file = new SparseFile()) {
      file.put(0, framing.before()).put(start + spec.byteSize(), framing.after());
      Region data = new Region(file.path(), start, spec.byteSize());
      assertEquals(
          new Located(spec.withoutLogicalType(), data, Encoding.RAW),
          PickledArray.locate(file.path(), file.channel()));
    }
  }

  @Property(tries = 500)
  void metadataIsReadAsItWasWritten(
      @ForAll("hugeSpecs") ArraySpec spec, @ForAll @LongRange(max = Long.MAX_VALUE) long offset) {
    PickledMetadata metadata = new PickledMetadata(spec, offset);
    try (SparseFile file = new SparseFile()) {
      file.put(0, metadata.bytes());
      assertEquals(metadata, PickledMetadata.read(file.path(), file.channel()));
      assertEquals(ArraySpec.of(spec.dtype(), spec.shape()), metadata.spec());
    }
  }

  @Property(tries = 500)
  void aKeyIsReadAsItWasWritten(@ForAll("keys") String key) {
    try (SparseFile file = new SparseFile()) {
      file.put(0, PickledKey.bytes(key));
      assertEquals(key, PickledKey.read(file.path(), file.channel()));
    }
  }
}
