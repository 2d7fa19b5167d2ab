package io.parallelsaver.safetensors;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.MlDType;
import io.parallelsaver.array.ScalarType;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * The element types of a safetensors file whose elements are whole bytes, under their names in the file. Their order is the one in
 * which the format's own library sorts tensors, the last ones first.
 */
public enum TensorType {
  BOOL('b', 1),
  U8('u', 1),
  I8('i', 1),
  F8_E5M2(MlDType.FLOAT8_E5M2),
  F8_E4M3(MlDType.FLOAT8_E4M3FN),
  F8_E8M0(MlDType.FLOAT8_E8M0FNU),
  F8_E4M3FNUZ(MlDType.FLOAT8_E4M3FNUZ),
  F8_E5M2FNUZ(MlDType.FLOAT8_E5M2FNUZ),
  I16('i', 2),
  U16('u', 2),
  F16('f', 2),
  BF16(MlDType.BFLOAT16),
  I32('i', 4),
  U32('u', 4),
  F32('f', 4),
  C64('c', 8),
  F64('f', 8),
  I64('i', 8),
  U64('u', 8);

  private final DType dtype;
  private final Optional<MlDType> logicalType;

  TensorType(char kind, int itemSize) {
    this.dtype = new ScalarType(kind, itemSize, ByteOrder.LITTLE_ENDIAN, "");
    this.logicalType = Optional.empty();
  }

  TensorType(MlDType type) {
    this.dtype = type.stored();
    this.logicalType = Optional.of(type);
  }

  /** What an array of such elements is, in C order. */
  public ArraySpec spec(long... shape) {
    return new ArraySpec(dtype, shape, false, logicalType);
  }

  /** The type of an array's elements, if there is one. */
  public static Optional<TensorType> of(ArraySpec spec) {
    return Arrays.stream(values())
        .filter(
            type -> type.dtype.equals(spec.dtype()) && type.logicalType.equals(spec.logicalType()))
        .findFirst();
  }

  /** The type of a name in a file. */
  static Optional<TensorType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }
}
