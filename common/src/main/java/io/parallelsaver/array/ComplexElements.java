package io.parallelsaver.array;

import java.nio.ByteBuffer;

/** Complex numbers: a real and an imaginary part, both floats of half the size. */
final class ComplexElements extends Elements {
  private final ScalarType dtype;
  private final RealElements part;

  ComplexElements(ScalarType dtype) {
    super(dtype, dtype.wordSize() > 8 ? "getComplex() or data()" : "getComplex() or toArray()");
    this.dtype = dtype;
    this.part = new RealElements(new ScalarType('f', dtype.itemSize() / 2, dtype.order(), ""));
  }

  @Override
  int parts() {
    return 2;
  }

  @Override
  double[] complexAt(ByteBuffer bytes, int at) {
    return new double[] {part.doubleAt(bytes, at), part.doubleAt(bytes, at + dtype.wordSize())};
  }

  @Override
  Object values(NDArray array) {
    if (dtype.wordSize() > 8) {
      throw refusal("a Java array of its own type");
    }
    Object out = allocate(PrimitiveArray.component(dtype), array);
    forEachBlock(
        array, (block, first, count) -> PrimitiveArray.write(out, 2 * first, 2 * count, block));
    return inOrder(array, out);
  }
}
