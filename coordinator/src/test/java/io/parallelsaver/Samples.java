package io.parallelsaver;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.ScalarType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Arrays of every numeric kind, byte order, memory order and sort of shape. */
final class Samples {
  static final List<DType> DTYPES = List.of(
      DType.BOOL,
      DType.INT8,
      DType.INT16,
      DType.INT32,
      DType.INT64,
      DType.UINT8,
      DType.UINT16,
      DType.UINT32,
      DType.UINT64,
      DType.FLOAT16,
      DType.FLOAT32,
      DType.FLOAT64,
      DType.COMPLEX64,
      DType.COMPLEX128);

  private static final long[][] SHAPES = {{}, {0}, {3, 0, 2}, {7}, {5, 3}, {2, 3, 4}, {1, 70_001}};

  private Samples() {}

  static NamedArrays everyKind() {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    Random random = new Random(42);
    for (DType dtype : DTYPES) {
      for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
        for (long[] shape : SHAPES) {
          for (boolean fortran : new boolean[] {false, true}) {
            ArraySpec spec = new ArraySpec(
                ((ScalarType) dtype).withOrder(order), shape, fortran && shape.length > 1);
            byte[] bytes = new byte[(int) spec.byteSize()];
            random.nextBytes(bytes);
            if (dtype.equals(DType.BOOL)) {
              for (int i = 0; i < bytes.length; i++) {
                bytes[i] &= 1;
              }
            }
            arrays.put("a" + arrays.size(), NDArray.of(spec, ByteBuffer.wrap(bytes)));
          }
        }
      }
    }
    return NamedArrays.of(arrays);
  }
}
