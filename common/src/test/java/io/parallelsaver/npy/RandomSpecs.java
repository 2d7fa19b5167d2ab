package io.parallelsaver.npy;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.StructType;
import io.parallelsaver.array.StructType.Field;
import io.parallelsaver.array.SubarrayType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Specs of arrays that NumPy can have, none above 2^62 bytes. */
final class RandomSpecs {
  private static final String[] SCALARS = {
    "|b1",
    "|i1",
    "<i2",
    ">i4",
    "<i8",
    "|u1",
    ">u2",
    "<u4",
    ">u8",
    "<f2",
    ">f4",
    "<f8",
    "<c8",
    ">c16",
    "<f16",
    "|S1",
    "|S300",
    "<U7",
    ">U1",
    "|V3",
    "<M8[25us]",
    ">M8[D]",
    "<m8[ns]",
    "<m8"
  };
  private static final String LETTERS = "abcXYZ09 _'\"\\\n\t\u00e9\u00a0\u0007\u6e29\u200b";

  private RandomSpecs() {}

  static List<ArraySpec> list(Random random, int count) {
    return IntStream.range(0, count).mapToObj(i -> spec(random)).toList();
  }

  private static ArraySpec spec(Random random) {
    long[] shape = random
        .longs(random.nextInt(4), 0, 500)
        .map(extent -> extent < 60 ? extent / 10 : extent)
        .toArray();
    return new ArraySpec(dtype(random, 0), shape, shape.length > 1 && random.nextBoolean());
  }

  private static DType dtype(Random random, int depth) {
    if (depth > 2 || random.nextInt(3) > 0) {
      return Descr.parse(SCALARS[random.nextInt(SCALARS.length)]);
    }
    List<Field> fields = new ArrayList<>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      DType type = dtype(random, depth + 1);
      boolean array = random.nextInt(4) == 0;
      String title = random.nextInt(5) == 0 ? "title " + i + text(random) : null;
      fields.add(new Field("f" + i + text(random), title, array ? subarray(random, type) : type));
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

  /** A dtype of many fields. */
  static DType wide(int fields) {
    return new StructType(IntStream.range(0, fields)
        .mapToObj(i -> new Field("field_" + (10_000 + i), null, DType.INT8))
        .toList());
  }
}
