package io.parallelsaver.array;

import java.nio.ByteBuffer;

/** Numbers of {@code ml_dtypes}, which are void to NumPy. */
final class MlElements extends Elements {
  private final MlDType type;

  MlElements(MlDType type) {
    super(
        type.stored(),
        type.isInteger() ? "getLong() or getDouble()" : "getDouble() or toDoubles()");
    this.type = type;
  }

  @Override
  String name() {
    return type.toString();
  }

  private float floatAt(ByteBuffer bytes, int at) {
    return type.toFloat(type.itemSize() == 1 ? bytes.get(at) : bytes.getShort(at));
  }

  @Override
  double doubleAt(ByteBuffer bytes, int at) {
    return floatAt(bytes, at);
  }

  @Override
  long longAt(ByteBuffer bytes, int at) {
    return type.isInteger() ? (long) floatAt(bytes, at) : super.longAt(bytes, at);
  }

  @Override
  Object values(NDArray array) {
    Object out = allocate(type.isInteger() ? byte.class : float.class, array);
    forEachBlock(array, (block, first, count) -> {
      for (int i = 0; i < count; i++) {
        float value = floatAt(block, i * type.itemSize());
        if (out instanceof float[] floats) {
          floats[first + i] = value;
        } else {
          ((byte[]) out)[first + i] = (byte) value;
        }
      }
    });
    return inOrder(array, out);
  }
}
