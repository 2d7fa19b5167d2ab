package io.parallelsaver.safetensors;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.ScalarType;
import io.parallelsaver.error.InputException;
import io.parallelsaver.safetensors.SafetensorsHeader.Tensor;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Finds what an array is as a tensor, or says why it is none and what to do. */
final class Counterpart {
  private Counterpart() {}

  /**
   * The tensor, its place not yet known.
   *
   * @throws InputException if there is none; the message names the array
   */
  static Tensor of(String name, ArraySpec spec) {
    String array = "array " + SafetensorsHeader.quote(name);
    if (name.equals(SafetensorsHeader.METADATA)) {
      throw new InputException(
          array + " has the name of the header's metadata in a safetensors file; rename it");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      throw new InputException(array + " has half of a surrogate pair in its name; rename it");
    }
    TensorType type = TensorType.of(spec).orElseThrow(() -> refused(array, spec));
    long axes = Arrays.stream(spec.shape()).filter(extent -> extent > 1).count();
    if (spec.fortranOrder() && axes > 1 && spec.size() > 0) {
      throw new InputException(
          array + " is in Fortran order, which a safetensors file cannot hold; "
              + "save numpy.ascontiguousarray(a)");
    }
    return new Tensor(name, type, type.spec(spec.shape()), 0);
  }

  private static InputException refused(String array, ArraySpec spec) {
    String what =
        spec.logicalType().map(type -> "is " + type).orElseGet(() -> "has dtype " + spec.dtype());
    String advice = spec.logicalType()
        .map(type -> "save its bytes, such as a.view('u1') gives")
        .orElseGet(() -> advice(spec.dtype()));
    return new InputException(
        array + " " + what + ", which has no counterpart in a safetensors file; " + advice);
  }

  private static String advice(DType dtype) {
    if (!(dtype instanceof ScalarType scalar)) {
      return "save each of its fields as an array of its own";
    }
    return switch (scalar.kind()) {
      case 'S', 'U' -> "save the characters as numbers, such as a.view('u1') gives";
      case 'M', 'm' -> "save a.view('i8'), and its unit in the metadata";
      case 'V' -> "say which type its bytes are, such as bfloat16, or save a.view('u1')";
      case 'O' -> "convert it to numbers";
      default ->
        scalar.order() == ByteOrder.BIG_ENDIAN
            ? "convert it to little endian, such as a.astype(a.dtype.newbyteorder('<')) gives"
            : scalar.kind() == 'c'
                ? "convert it to complex64, or save its real and its imaginary part"
                : "convert it to float64";
    };
  }
}
