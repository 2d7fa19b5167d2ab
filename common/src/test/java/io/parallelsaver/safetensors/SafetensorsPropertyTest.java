package io.parallelsaver.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.safetensors.SafetensorsHeader.Tensor;
import io.parallelsaver.testing.AnyArray;
import io.parallelsaver.testing.SparseFile;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SafetensorsPropertyTest {
  private static final long MOST_BYTES = 1L << 38;

  /** Of every type that the format has, in C order or in what is C order too. */
  @Provide
  Arbitrary<Map<String, ArraySpec>> arrays() {
    Arbitrary<ArraySpec> specs = Arbitraries.of(TensorType.class)
        .flatMap(type -> AnyArray.specs(Arbitraries.just(type.spec().dtype()), MOST_BYTES)
            .map(spec -> inOrder(type.spec(spec.shape()), spec.fortranOrder())));
    return Arbitraries.maps(AnyArray.keys(), specs).ofMaxSize(8).withoutEdgeCases();
  }

  private static ArraySpec inOrder(ArraySpec spec, boolean fortran) {
    boolean either = Arrays.stream(spec.shape()).filter(extent -> extent > 1).count() <= 1;
    return new ArraySpec(spec.dtype(), spec.shape(), fortran && either, spec.logicalType());
  }

  @Provide
  Arbitrary<Map<String, String>> metadata() {
    return Arbitraries.maps(AnyArray.texts(), AnyArray.texts()).ofMaxSize(4).withoutEdgeCases();
  }

  @Property
  void aHeaderIsReadAsItWasWritten(
      @ForAll("arrays") Map<String, ArraySpec> arrays,
      @ForAll("metadata") Map<String, String> metadata) {
    SafetensorsHeader header = SafetensorsHeader.of(arrays, metadata);
    try (SparseFile file = new SparseFile()) {
      file.put(0, header.bytes()).reach(header.fileSize());
      assertEquals(header, SafetensorsHeader.read(file.path(), file.channel()));
      assertEquals(metadata, header.metadata());
    }
  }

  @Property
  void tensorsFollowEachOtherAligned(@ForAll("arrays") Map<String, ArraySpec> arrays) {
    SafetensorsHeader header = SafetensorsHeader.of(arrays, Map.of());
    assertEquals(0, header.dataOffset() % 64);
    assertEquals(header.dataOffset(), header.bytes().length);
    long at = header.dataOffset();
    for (Tensor tensor : header.tensors()) {
      assertEquals(at, tensor.offset());
      assertEquals(0, at % tensor.spec().dtype().itemSize());
      at += tensor.spec().byteSize();
      assertEquals(at, tensor.end());
    }
    assertEquals(at, header.fileSize());
  }

  @Property
  void everyArrayIsThereUnderItsName(@ForAll("arrays") Map<String, ArraySpec> arrays) {
    Map<String, ArraySpec> found = SafetensorsHeader.of(arrays, Map.of()).tensors().stream()
        .collect(Collectors.toMap(Tensor::name, Tensor::spec));
    assertEquals(arrays.keySet(), found.keySet());
    arrays.forEach((name, spec) -> {
      assertArrayEquals(spec.shape(), found.get(name).shape());
      assertEquals(TensorType.of(spec), TensorType.of(found.get(name)));
    });
  }

  @Property(tries = 50)
  void theOrderOfTheArraysDoesNotMatter(@ForAll("arrays") Map<String, ArraySpec> arrays) {
    Map<String, ArraySpec> reversed = new LinkedHashMap<>();
    String[] names = arrays.keySet().toArray(String[]::new);
    for (int i = names.length - 1; i >= 0; i--) {
      reversed.put(names[i], arrays.get(names[i]));
    }
    SafetensorsHeader header = SafetensorsHeader.of(arrays, Map.of());
    assertArrayEquals(header.bytes(), SafetensorsHeader.of(reversed, Map.of()).bytes());
    assertTrue(header.tensors().size() == arrays.size());
  }
}
