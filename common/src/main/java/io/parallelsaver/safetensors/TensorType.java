package io.parallelsaver.safetensors;

import io.parallelsaver.array.DType;
import io.parallelsaver.array.ScalarType;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * The element types of a safetensors file whose elements are whole bytes, under their names in the file. Their order is the one in
 * which the format's own library sorts tensors, the last ones first.
 */
public enum TensorType {
  BOOL('b', 1, false),
  U8('u', 1, false),
  I8('i', 1, false),
  F8_E5M2('V', 1, true),
  F8_E4M3('V', 1, true),
  F8_E8M0('V', 1, true),
  F8_E4M3FNUZ('V', 1, true),
  F8_E5M2FNUZ('V', 1, true),
  I16('i', 2, false),
  U16('u', 2, false),
  F16('f', 2, false),
  BF16('V', 2, true),
  I32('i', 4, false),
  U32('u', 4, false),
  F32('f', 4, false),
  C64('c', 8, false),
  F64('f', 8, false),
  I64('i', 8, false),
  U64('u', 8, false);

  private final DType dtype;
  private final boolean logical;

  TensorType(char kind, int itemSize, boolean logical) {
    this.dtype = new ScalarType(kind, itemSize, ByteOrder.LITTLE_ENDIAN, "");
    this.logical = logical;
  }

  /** NumPy's dtype of the same bytes; void for a {@link #isLogical() logical} type. */
  public DType dtype() {
    return dtype;
  }

  /** Whether NumPy has no such numbers and the type must be given beside the dtype. */
  public boolean isLogical() {
    return logical;
  }

  /** The type that a dtype says by itself. */
  public static Optional<TensorType> of(DType dtype) {
    return Arrays.stream(values())
        .filter(type -> !type.logical && type.dtype.equals(dtype))
        .findFirst();
  }

  /** The type of a name in a file. */
  static Optional<TensorType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }
}
