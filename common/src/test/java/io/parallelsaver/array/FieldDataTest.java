package io.parallelsaver.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.StructType.Field;
import io.parallelsaver.npy.NpyFile;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FieldDataTest extends ArrayDataContract {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());

  @TempDir
  Path directory;

  /** Items of {@code before} bytes, the field {@code f}, and {@code after} bytes; filled with noise. */
  private static NDArray structs(
      long before, DType type, long after, boolean fortran, long... shape) {
    StructType dtype = StructType.of(
        Field.of("before", ScalarType.of('V', before)),
        Field.of("f", type),
        Field.of("after", ScalarType.of('V', after)));
    ArraySpec spec = new ArraySpec(dtype, shape, fortran);
    byte[] bytes = new byte[(int) spec.byteSize()];
    new Random(SEED).nextBytes(bytes);
    return NDArray.of(spec, ByteBuffer.wrap(bytes));
  }

  /** One run of bytes out of each item; then the next run out of each, if there are several. */
  private static Case gathered(
      String name, NDArray structs, NDArray field, int run, int... offsets) {
    byte[] items = structs.toBytes().array();
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    for (int offset : offsets) {
      for (int item = 0; item < items.length; item += (int) structs.dtype().itemSize()) {
        expected.write(items, item + offset, run);
      }
    }
    return new Case(name + " seed " + SEED, field.data(), expected.toByteArray());
  }

  private static Case gathered(String name, NDArray structs, int run, int... offsets) {
    return gathered(name, structs, structs.field("f"), run, offsets);
  }

  @Override
  List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (int size : new int[] {1, 2, 3, 4, 8, 9}) {
      NDArray structs = structs(3, ScalarType.of('V', size), 2, false, 5);
      cases.add(gathered("field of " + size, structs, size, 3));
    }
    ScalarType word = ScalarType.of('V', 4);
    cases.add(gathered("two items in a block", structs(100_000, word, 9, false, 5), 4, 100_000));
    cases.add(gathered("item larger than a block", structs(9, word, 300_000, false, 3), 4, 9));
    cases.add(gathered("no bytes", structs(1, ScalarType.of('V', 0), 1, false, 3), 0, 1));
    cases.add(gathered("no items", structs(1, word, 1, false, 2, 0), 4, 1));
    cases.add(gathered("whole item", structs(0, word, 0, false, 3), 4, 0));
    SubarrayType matrix = new SubarrayType(ScalarType.of('V', 2), new int[] {2, 3});
    cases.add(gathered("sub-array", structs(1, matrix, 1, false, 2, 2), 12, 1));
    cases.add(gathered("sub-array of one axis", structs(1, matrix, 1, true, 3), 12, 1));
    cases.add(gathered("Fortran order", structs(1, word, 1, true, 2, 3), 4, 1));
    cases.add(gathered(
        "sub-array in Fortran order", structs(1, matrix, 1, true, 2, 2), 2, 1, 7, 3, 9, 5, 11));
    StructType pair = StructType.of(Field.of("x", ScalarType.of('V', 3)), Field.of("y", word));
    NDArray nested = structs(2, pair, 1, false, 4);
    cases.add(gathered("field of a field", nested, nested.field("f").field("y"), 4, 5));
    NDArray pairs = structs(2, new SubarrayType(pair, new int[] {2}), 1, false, 3);
    cases.add(new Case(
        "field of a sub-array seed " + SEED,
        pairs.field("f").field("y").data(),
        interleaved(pairs.toBytes().array(), 17, 4, 5, 12)));
    return cases;
  }

  /** Several runs out of each item. */
  private static byte[] interleaved(byte[] items, int itemSize, int run, int... offsets) {
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    for (int item = 0; item < items.length; item += itemSize) {
      for (int offset : offsets) {
        expected.write(items, item + offset, run);
      }
    }
    return expected.toByteArray();
  }

  @Test
  void addsTheAxesOfSubarrays() {
    DType of = new SubarrayType(new SubarrayType(DType.INT16, new int[] {3}), new int[] {2});
    assertEquals(
        "<i2 (4, 5, 2, 3) C", structs(1, of, 0, false, 4, 5).field("f").spec().toString());
    assertEquals(
        "<i2 (4, 5, 2, 3) F", structs(1, of, 0, true, 4, 5).field("f").spec().toString());
    assertEquals("<i2 (4, 2, 3) C", structs(1, of, 0, true, 4).field("f").spec().toString());
    assertEquals("<i2 (2, 3) C", structs(1, of, 0, false).field("f").spec().toString());
  }

  @Test
  void copiesNothing() {
    NDArray structs = structs(0, DType.INT32, 0, false, 3);
    assertSame(structs.data(), structs.field("f").data());
    byte[] bytes = {1, 2, 3, 4};
    StructType dtype = StructType.of(Field.of("a", DType.INT8), Field.of("b", DType.INT8));
    NDArray field = NDArray.of(ArraySpec.of(dtype, 2), ByteBuffer.wrap(bytes)).field("b");
    bytes[3] = 9;
    assertArrayEquals(new long[] {2, 9}, field.toLongs());
  }

  @Test
  void saysWhichFieldsThereAre() throws IOException {
    NDArray padded = NpyArrays.golden("struct-padded.npy", directory);
    assertEquals(List.of("a", "b", "c"), padded.fields());
    assertEquals(List.of(), NDArray.of(1).fields());
    for (String name : List.of("", "d")) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> padded.field(name)).getMessage();
      assertTrue(message.contains("'" + name + "'") && message.contains("[a, b, c]"), message);
    }
    assertThrows(IllegalArgumentException.class, () -> NDArray.of(1).field("a"));
    NDArray titled = NpyArrays.golden("struct-titled.npy", directory);
    assertEquals(List.of("t", "n"), titled.fields());
    assertArrayEquals(new double[] {1, 1}, titled.field("The temperature").toDoubles());
    assertArrayEquals(new long[] {1, 1}, titled.field("It's \"n\"").toLongs());
  }

  @Test
  void refusesTwoFieldsOfOneName() {
    Field a = Field.of("a", DType.INT8);
    Field gap = Field.of("", ScalarType.of('V', 1));
    assertEquals(3, StructType.of(gap, a, gap).itemSize());
    for (Field other :
        List.of(a, new Field("b", "a", DType.INT8), new Field("a", "b", DType.INT8))) {
      String message = assertThrows(IllegalArgumentException.class, () -> StructType.of(a, other))
          .getMessage();
      assertTrue(message.contains("'a'"), message);
    }
  }

  @Test
  void convertsMoreThanOneBlock() {
    StructType dtype = StructType.of(
        Field.of("a", DType.INT8), Field.of("b", DType.INT64), Field.of("c", DType.INT16));
    ByteBuffer bytes = ByteBuffer.allocate(11 * 100_003).order(ByteOrder.LITTLE_ENDIAN);
    long[] expected = new long[100_003];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = i * 0x0123456789ABCDL;
      bytes.put((byte) 7).putLong(expected[i]).putShort((short) 8);
    }
    NDArray structs = NDArray.of(ArraySpec.of(dtype, expected.length), bytes.flip());
    assertArrayEquals(expected, structs.field("b").toLongs());
  }

  /** Every field of random arrays of many dtypes, also fields of fields, against NumPy's own field. */
  @Test
  @RequiresNumPy
  void givesEveryFieldAsNumPyDoes() {
    List<String> lines = NumPy.run("""
        rng = np.random.default_rng(abs(int(sys.argv[2])))
        point = np.dtype([("x", "<f4"), ("y", ">f4")])
        dtypes = [
            [("id", "<u2"), ("p", point), ("deep", [("q", point), ("flag", "i1")])],
            [("m", "<i2", (2, 3)), ("v", point, 2), ("s", "S3", (2,)), ("of", ("<i2", (3,)), (2,))],
            np.dtype([("a", "i1"), ("b", "<i8"), ("c", "<i2"), ("d", "<c16", (2, 2, 2))], align=True),
            {"names": ["a", "b"], "formats": ["<i4", ">U2"], "offsets": [4, 12], "itemsize": 24},
            [("void", "V5"), ("t", "<M8[ms]"), ("ld", "<f16"), ("none", "S0"), ("p", [("in", [("v", point, (2, 2))], 3)])],
        ]
        count = 0
        def fields(a, path):
            global count
            for name in a.dtype.names or ():
                field = a[name]
                if field.dtype.itemsize == 0:
                    continue  # NumPy's own copy makes S1 of S0
                file = f"field{count}"
                count += 1
                fortran = path[0].endswith("F")
                np.save(f"{sys.argv[1]}/{file}.npy", np.asfortranarray(field) if fortran else np.ascontiguousarray(field).reshape(field.shape))
                print(file, *path, name)
                fields(field, path + [name])
        for i, dtype in enumerate(dtypes):
            dtype = np.dtype(dtype)
            for shape in (), (7,), (3, 4), (2, 3, 2), (2, 0):
                size = int(np.prod(shape)) * dtype.itemsize
                a = np.frombuffer(rng.bytes(size), dtype).reshape(shape)
                orders = "CF" if len(shape) > 1 and a.size else "C"
                for order in orders:
                    file = f"whole{i}_{len(shape)}_{a.size}_{order}"
                    b = a if order == "C" else a.reshape(shape[::-1]).T
                    np.save(f"{sys.argv[1]}/{file}.npy", b)
                    fields(b, [file])
        """, directory, SEED).lines().toList();
    assertTrue(lines.size() > 200, lines.size() + " fields");
    for (String line : lines) {
      String[] names = line.split(" ");
      NDArray field = NpyFile.array(directory.resolve(names[1] + ".npy"));
      for (int i = 2; i < names.length; i++) {
        field = field.field(names[i]);
      }
      NDArray expected = NpyFile.array(directory.resolve(names[0] + ".npy"));
      assertEquals(expected.spec(), field.spec(), line + " seed " + SEED);
      assertArrayEquals(
          expected.toBytes().array(), field.toBytes().array(), line + " seed " + SEED);
    }
  }
}
