package io.parallelsaver.array;

/**
 * The type of one array element, in the terms of NumPy's {@code numpy.dtype}. A {@code .npy} file writes it as a {@code descr}: a
 * string for a {@link ScalarType}, a list of fields for a {@link StructType}; a {@link SubarrayType} stands only inside a field.
 */
public sealed interface DType permits ScalarType, StructType, SubarrayType {
  DType BOOL = ScalarType.of('b', 1);
  DType INT8 = ScalarType.of('i', 1);
  DType INT16 = ScalarType.of('i', 2);
  DType INT32 = ScalarType.of('i', 4);
  DType INT64 = ScalarType.of('i', 8);
  DType UINT8 = ScalarType.of('u', 1);
  DType UINT16 = ScalarType.of('u', 2);
  DType UINT32 = ScalarType.of('u', 4);
  DType UINT64 = ScalarType.of('u', 8);
  DType FLOAT16 = ScalarType.of('f', 2);
  DType FLOAT32 = ScalarType.of('f', 4);
  DType FLOAT64 = ScalarType.of('f', 8);
  DType COMPLEX64 = ScalarType.of('c', 8);
  DType COMPLEX128 = ScalarType.of('c', 16);

  /** Bytes of one element. */
  long itemSize();

  /** The {@code descr} value as NumPy's {@code repr} prints it, e.g. {@code '<f8'} with its quotes. */
  String descr();

  /** Whether an element holds a reference to a Python object, whose bytes mean nothing outside the process that made them. */
  boolean hasObject();
}
