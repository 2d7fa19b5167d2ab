package io.parallelsaver.pickle;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.ScalarType;
import io.parallelsaver.array.StructType;
import io.parallelsaver.array.StructType.Field;
import io.parallelsaver.array.SubarrayType;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Specs of small arrays of any dtype that NumPy can have, but for Python objects. */
final class RandomArrays {
  /** Kind, bytes, unit. */
  private static final String[] SCALARS = {
    "b 1",
    "i 1",
    "i 2",
    "i 4",
    "i 8",
    "u 1",
    "u 2",
    "u 4",
    "u 8",
    "f 2",
    "f 4",
    "f 8",
    "f 16",
    "c 8",
    "c 16",
    "c 32",
    "S 1",
    "S 300",
    "U 4",
    "U 28",
    "V 3",
    "M 8 [25us]",
    "M 8 [D]",
    "M 8",
    "m 8 [ns]",
    "m 8"
  };

  private static final String LETTERS = "abcXYZ09 _'\"\\\n\u00e9\u00a0\u0007\u6e29\u200b";

  private RandomArrays() {}

  static ArraySpec spec(Random random) {
    long[] shape = random.longs(random.nextInt(4), 0, 6).toArray();
    return new ArraySpec(dtype(random, 0), shape, shape.length > 1 && random.nextBoolean());
  }

  static byte[] data(Random random, ArraySpec spec) {
    byte[] data = new byte[(int) spec.byteSize()];
    random.nextBytes(data);
    return data;
  }

  /** Every scalar, in both byte orders. */
  static List<DType> scalars() {
    List<DType> all = new ArrayList<>();
    for (String each : SCALARS) {
      all.add(scalar(each, ByteOrder.LITTLE_ENDIAN));
      all.add(scalar(each, ByteOrder.BIG_ENDIAN));
    }
    return all;
  }

  private static DType scalar(String text, ByteOrder order) {
    String[] part = text.split(" ");
    String unit = part.length > 2 ? part[2] : "";
    return new ScalarType(part[0].charAt(0), Long.parseLong(part[1]), order, unit);
  }

  private static DType dtype(Random random, int depth) {
    if (depth > 2 || random.nextInt(3) > 0) {
      List<DType> all = scalars();
      return all.get(random.nextInt(all.size()));
    }
    List<Field> fields = new ArrayList<>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      if (random.nextInt(4) == 0) {
        fields.add(new Field("", null, scalar("V " + (1 + i), ByteOrder.LITTLE_ENDIAN)));
      }
      DType type = dtype(random, depth + 1);
      String title = random.nextInt(5) == 0 ? "title " + i + text(random) : null;
      DType own = random.nextInt(4) == 0 ? subarray(random, type) : type;
      fields.add(new Field("f" + i + text(random), title, own));
    }
    return new StructType(fields);
  }

  private static DType subarray(Random random, DType type) {
    DType array = new SubarrayType(type, dims(random));
    return random.nextInt(4) == 0 ? new SubarrayType(array, dims(random)) : array;
  }

  private static int[] dims(Random random) {
    return random.ints(1 + random.nextInt(2), 1, 4).toArray();
  }

  private static String text(Random random) {
    StringBuilder out = new StringBuilder();
    random.ints(random.nextInt(6), 0, LETTERS.length()).forEach(i -> out.append(LETTERS.charAt(i)));
    return out.toString();
  }
}
