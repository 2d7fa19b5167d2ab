package io.parallelsaver.bench;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.CorruptException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BitForBitTest {
  private static final NDArray ONE = NDArray.of(new double[] {1, 2});
  private static final NDArray OTHER = NDArray.of(new double[] {1, 3});

  @Test
  void seesEveryDifference() {
    NDArray same = NDArray.of(new double[] {1, 2});
    BitForBit.mustEqual(Map.of("a", ONE), Map.of("a", same), "file");
    assertDiffers("file: array 'a' differs", Map.of("a", OTHER));
    assertDiffers("file: array 'a' differs", Map.of("a", NDArray.of(new long[] {1, 2})));
    assertDiffers("or other names", Map.of("b", ONE));
    assertDiffers("file: 2 arrays, expected 1", Map.of("a", ONE, "b", ONE));
  }

  private static void assertDiffers(String message, Map<String, NDArray> found) {
    CorruptException thrown = assertThrows(
        CorruptException.class, () -> BitForBit.mustEqual(Map.of("a", ONE), found, "file"));
    assertTrue(thrown.getMessage().contains(message), thrown::getMessage);
  }
}
