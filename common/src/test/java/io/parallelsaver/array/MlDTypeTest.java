package io.parallelsaver.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

class MlDTypeTest {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());

  /** The values of all bit patterns of one type as {@code ml_dtypes} gives them; see {@code make_ml_dtypes.py}. */
  record Table(String name, int itemSize, float[] values) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Table> tables() throws IOException {
    try (InputStream in = MlDTypeTest.class.getResourceAsStream("/ml_dtypes.tsv")) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .map(line -> line.split("\\t"))
          .map(column -> new Table(column[0], Integer.parseInt(column[1]), floats(column[2])))
          .toList();
    }
  }

  private static float[] floats(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    float[] values = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
    return values;
  }

  @Test
  void knowsAllTypesOfTheTable() throws IOException {
    assertEquals(
        tables().stream().map(Table::name).sorted().toList(),
        Arrays.stream(MlDType.values()).map(MlDType::toString).sorted().toList());
  }

  @ParameterizedTest
  @MethodSource("tables")
  void readsEveryPatternAsMlDtypesDoes(Table table) {
    MlDType type = MlDType.named(table.name()).orElseThrow();
    assertEquals(table.itemSize(), type.itemSize());
    int step = type.itemSize() == 2 ? 257 : 1;
    ByteBuffer bits =
        ByteBuffer.allocate(table.values().length * type.itemSize()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < table.values().length; i++) {
      assertEquals(table.values()[i], type.toFloat(i * step), table + " " + i * step);
      if (type.itemSize() == 2) {
        bits.putShort((short) (i * step));
      } else {
        bits.put((byte) i);
      }
    }
    double[] doubles = new double[table.values().length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = table.values()[i];
    }
    ArraySpec spec = ArraySpec.of(ScalarType.of('V', type.itemSize()), doubles.length);
    NDArray array = NDArray.of(spec, bits.flip()).as(type);
    assertArrayEquals(doubles, array.toDoubles());
    assertEquals(doubles[doubles.length - 1], array.getDouble(doubles.length - 1));
    if (type.isInteger()) {
      assertArrayEquals(
          Arrays.stream(doubles).mapToLong(value -> (long) value).toArray(), array.toLongs());
      byte[] bytes = (byte[]) array.toArray();
      assertEquals(doubles[1], bytes[1]);
    } else {
      assertArrayEquals(table.values(), (float[]) array.toArray());
      String message = assertThrows(UnsupportedOperationException.class, () -> array.getLong(0))
          .getMessage();
      assertTrue(message.contains("dtype " + table.name()), message);
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.MATCH_ANY,
      names = {"U?INT\\d", "FLOAT[46].*"})
  void ignoresBitsAboveTheTypesWidth(MlDType type) {
    for (int pattern = 0; pattern < 2; pattern++) {
      assertEquals(type.toFloat(pattern), type.toFloat(pattern | 0xC0));
    }
  }

  @Test
  void isCarriedAsVoidAndSurvivesReshaping() {
    NDArray bits = NDArray.of(new short[] {0x3F80, (short) 0xC000, 0x7F80, 0, 0x3FC0, 1});
    assertEquals(Optional.empty(), bits.logicalType());
    NDArray array = bits.as(MlDType.BFLOAT16);
    assertEquals("|V2 (6,) C as bfloat16", array.spec().toString());
    assertEquals(Optional.of(MlDType.BFLOAT16), array.logicalType());
    assertEquals(1.5, array.reshape(2, 3).getDouble(1, 1));
    assertArrayEquals(
        new float[][] {{1, Float.POSITIVE_INFINITY, 1.5f}, {-2, 0, Float.intBitsToFloat(0x10000)}},
        (float[][]) array.reshape(2, 3).fortranOrder().toNestedArray());
    assertEquals(Optional.empty(), array.view(DType.UINT16).logicalType());
    assertTrue(array.toString().endsWith("as bfloat16"), array.toString());
  }

  @Test
  void refusesArraysThatCannotHoldIt() {
    NDArray bigEndian =
        NDArray.of(new short[2]).view(ScalarType.of('u', 2).withOrder(ByteOrder.BIG_ENDIAN));
    for (NDArray array : List.of(
        bigEndian,
        NDArray.of(new byte[2]),
        NDArray.float16(1),
        NDArray.of(new char[0]).view(DType.FLOAT16))) {
      String message = assertThrows(
              IllegalArgumentException.class, () -> array.as(MlDType.BFLOAT16))
          .getMessage();
      assertTrue(message.contains(array.spec() + " cannot hold bfloat16"), message);
    }
    assertEquals(Optional.empty(), MlDType.named("BFLOAT16"));
    assertEquals(Optional.empty(), MlDType.named("float64"));
  }

  /** Against the definition of rounding: no other bfloat16 is nearer, and of two as near the last bit is 0. */
  @Test
  void makesTheNearestBfloat16() {
    Random random = new Random(SEED);
    float[] values = new float[20_000];
    for (int i = 0; i < values.length; i++) {
      int zeros = random.nextInt(17);
      values[i] = Float.intBitsToFloat(random.nextInt() >> zeros << zeros);
    }
    System.arraycopy(
        new float[] {
          0f,
          -0f,
          Float.MAX_VALUE,
          -Float.MAX_VALUE,
          Float.MIN_VALUE,
          Float.NaN,
          Float.NEGATIVE_INFINITY,
          Float.intBitsToFloat(0x7F800001),
          Float.intBitsToFloat(-1)
        },
        0,
        values,
        0,
        9);
    NDArray array = NDArray.bfloat16(values);
    float[] found = (float[]) array.toArray();
    long[] bits = array.view(DType.UINT16).toLongs();
    for (int i = 0; i < values.length; i++) {
      String which = values[i] + " to " + found[i] + " seed " + SEED;
      if (Float.isNaN(values[i]) || Float.isInfinite(values[i])) {
        assertEquals(values[i], found[i], which);
        continue;
      }
      assertEquals(Math.copySign(1, values[i]), Math.copySign(1, found[i]), which);
      double error = distance(bits[i], values[i]);
      for (long other : new long[] {bits[i] - 1, bits[i] + 1}) {
        if ((other & 0x7FFF) <= 0x7F80 && (other ^ bits[i]) < 0x8000) {
          double farther = distance(other, values[i]);
          assertTrue(error < farther || error == farther && bits[i] % 2 == 0, which);
        }
      }
    }
  }

  /** Infinity stands where the next power of two would. */
  private static double distance(long bits, float value) {
    double magnitude =
        (bits & 0x7FFF) == 0x7F80 ? 0x1p128 : Math.abs(MlDType.BFLOAT16.toFloat((int) bits));
    return Math.abs(magnitude - Math.abs(value));
  }
}
