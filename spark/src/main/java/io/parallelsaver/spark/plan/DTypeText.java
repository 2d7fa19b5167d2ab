package io.parallelsaver.spark.plan;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.MlDType;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * A dtype as text: {@code <f8} as {@code dtype.str} has it, {@code [('a', '<i4'), ...]} as {@code dtype.descr} has it of a structure,
 * {@code bfloat16} and its kin by name. Names such as {@code float64}, which {@code str(dtype)} gives, are understood as well.
 */
public final class DTypeText {
  private static final Map<String, String> NAMES = Map.ofEntries(
      Map.entry("bool", "|b1"),
      Map.entry("int8", "|i1"),
      Map.entry("int16", "<i2"),
      Map.entry("int32", "<i4"),
      Map.entry("int64", "<i8"),
      Map.entry("uint8", "|u1"),
      Map.entry("uint16", "<u2"),
      Map.entry("uint32", "<u4"),
      Map.entry("uint64", "<u8"),
      Map.entry("float16", "<f2"),
      Map.entry("float32", "<f4"),
      Map.entry("float64", "<f8"),
      Map.entry("complex64", "<c8"),
      Map.entry("complex128", "<c16"));

  private static final byte[] VERSION_3 = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 3, 0};

  private DTypeText() {}

  /** The text of an array's dtype. */
  public static String of(ArraySpec spec) {
    return spec.logicalType().map(MlDType::toString).orElseGet(() -> spec.dtype()
        .toString());
  }

  /**
   * An array of a dtype, in C order.
   *
   * @throws InputException if the text is no dtype, or NumPy has no such array
   */
  public static ArraySpec parse(String text, long[] shape) {
    Optional<MlDType> logical = MlDType.named(text);
    String descr = logical
        .map(type -> type.stored().toString())
        .orElseGet(() -> NAMES.getOrDefault(text, text));
    String literal = descr.startsWith("[") ? descr : PythonText.quote(descr);
    byte[] dictionary = ("{'descr': " + literal + ", 'fortran_order': False, 'shape': "
            + PythonText.tuple(shape) + "}")
        .getBytes(StandardCharsets.UTF_8);
    ByteBuffer header = ByteBuffer.allocate(VERSION_3.length + Integer.BYTES + dictionary.length);
    header
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(VERSION_3)
        .putInt(dictionary.length)
        .put(dictionary);
    try {
      ArraySpec spec = NpyHeader.parse(header.flip()).spec();
      return logical.map(type -> type.stored(spec)).orElse(spec);
    } catch (IllegalArgumentException e) {
      throw new InputException(
          "dtype " + PythonText.quote(text) + " is none: " + e.getMessage(), e);
    }
  }
}
