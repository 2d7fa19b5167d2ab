package io.parallelsaver.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.Golden;
import java.io.IOException;
import java.lang.reflect.Array;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ElementsTest {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());

  @TempDir
  static Path scratch;

  /** The goldens of numbers that Java has. */
  static List<Golden> numbers() {
    return Golden.arrays().stream()
        .filter(golden -> !golden.values().isEmpty() && golden.descr().matches("'[<>|][biufc].*"))
        .toList();
  }

  private static NDArray array(Golden golden) throws IOException {
    byte[] content = golden.content(scratch);
    ByteBuffer data =
        ByteBuffer.wrap(content, golden.headerLength(), content.length - golden.headerLength());
    String descr = golden.descr();
    ByteOrder order = descr.charAt(1) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    ScalarType dtype = new ScalarType(
        descr.charAt(2), Integer.parseInt(descr.substring(3, descr.length() - 1)), order, "");
    return NDArray.of(new ArraySpec(dtype, golden.shape(), golden.order() == 'F'), data);
  }

  private static boolean isInteger(Golden golden) {
    return "biu".indexOf(golden.descr().charAt(2)) >= 0;
  }

  private static double number(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> Double.parseDouble(text);
    };
  }

  private static long integer(String text) {
    return text.startsWith("-") ? Long.parseLong(text) : Long.parseUnsignedLong(text);
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void convertsToDoubles(Golden golden) throws IOException {
    NDArray array = array(golden);
    if (golden.descr().contains("c")) {
      assertThrows(UnsupportedOperationException.class, array::toDoubles);
      return;
    }
    assertArrayEquals(
        golden.values().stream().mapToDouble(ElementsTest::number).toArray(), array.toDoubles());
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void convertsIntegersToLongs(Golden golden) throws IOException {
    NDArray array = array(golden);
    if (!isInteger(golden)) {
      assertThrows(UnsupportedOperationException.class, array::toLongs);
      return;
    }
    assertArrayEquals(
        golden.values().stream().mapToLong(ElementsTest::integer).toArray(), array.toLongs());
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void copiesAsTheClosestJavaArray(Golden golden) throws IOException {
    Object values = array(golden).toArray();
    assertEquals(golden.values().size(), Array.getLength(values));
    for (int i = 0; i < golden.values().size(); i++) {
      String text = golden.values().get(i);
      Object value = Array.get(values, i);
      if (value instanceof Boolean bool) {
        assertEquals(text, bool ? "1" : "0");
      } else if (value instanceof Float || value instanceof Double) {
        assertEquals(number(text), ((Number) value).doubleValue());
      } else {
        int bits = 64 - 8 * Integer.parseInt(golden.descr().substring(3, 4));
        assertEquals(integer(text) << bits, ((Number) value).longValue() << bits);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void nestsByShape(Golden golden) throws IOException {
    NDArray array = array(golden);
    Object nested = array.toNestedArray();
    StringBuilder shape = new StringBuilder();
    Object probe = nested;
    for (; probe.getClass().isArray(); probe = Array.get(probe, 0)) {
      shape.append(Array.getLength(probe)).append(',');
    }
    StringBuilder expected = new StringBuilder();
    for (long extent : golden.shape()) {
      expected.append(extent).append(',');
    }
    assertEquals(expected + (golden.descr().contains("c") ? "2," : ""), shape.toString());
    if (nested instanceof Object[] rows) {
      assertArrayEquals(
          Primitives.bytes(array.toArray()), NestedData.array(rows).toBytes().array());
    }
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void findsEachElementByItsIndex(Golden golden) throws IOException {
    NDArray array = array(golden);
    long[] shape = golden.shape();
    for (int i = 0; i < array.size(); i++) {
      long[] index = new long[shape.length];
      int rest = i;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        index[axis] = rest % shape[axis];
        rest /= (int) shape[axis];
      }
      if (golden.descr().contains("c")) {
        assertThrows(UnsupportedOperationException.class, () -> array.getDouble(index));
        continue;
      }
      String text = golden.values().get(i);
      assertEquals(number(text), array.getDouble(index));
      assertEquals(number(text) != 0, array.getBoolean(index));
      if (isInteger(golden)) {
        assertEquals(integer(text), array.getLong(index));
      } else {
        assertThrows(UnsupportedOperationException.class, () -> array.getLong(index));
      }
    }
  }

  @Test
  void seesAllNumbersOfTheTable() {
    assertTrue(numbers().size() > 60, "only " + numbers().size());
  }

  @Test
  void roundsLargeUnsignedNumbersToTheNearestDouble() {
    for (long bits : new long[] {
      -1,
      Long.MIN_VALUE,
      Long.MIN_VALUE + 1024,
      Long.MIN_VALUE + 1025,
      Long.MIN_VALUE + 3072,
      -1024,
      -1025
    }) {
      double expected = new java.math.BigDecimal(Long.toUnsignedString(bits)).doubleValue();
      assertEquals(
          expected,
          NDArray.of(new long[] {bits}).view(DType.UINT64).getDouble(0),
          Long.toUnsignedString(bits));
    }
  }

  @Test
  void convertsArraysLargerThanOneBlock() {
    int[] values = new int[100_003];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 31 - 1_000_000;
    }
    NDArray array = NDArray.of(values);
    assertArrayEquals(values, (int[]) array.toArray());
    long[] longs = array.toLongs();
    double[] doubles = array.toDoubles();
    for (int i = 0; i < values.length; i++) {
      assertEquals(values[i], longs[i]);
      assertEquals(values[i], doubles[i]);
    }
  }

  @Test
  void convertsComplexNumbersLargerThanOneBlock() {
    double[] parts = new Random(SEED).doubles(20_002).toArray();
    NDArray array = NDArray.of(parts).view(DType.COMPLEX128);
    assertArrayEquals(parts, (double[]) array.toArray(), "seed " + SEED);
  }

  @Test
  void bringsElementsOfAnyConversionIntoCOrder() {
    float[] values = {1, 2, 3, 4, 5, 6};
    for (NDArray array :
        List.of(NDArray.of(values), NDArray.float16(values), NDArray.bfloat16(values))) {
      NDArray fortran = array.reshape(3, 2).fortranOrder();
      float[] expected = {1, 4, 2, 5, 3, 6};
      assertArrayEquals(expected, (float[]) fortran.toArray(), array.toString());
      assertArrayEquals(new double[] {1, 4, 2, 5, 3, 6}, fortran.toDoubles(), array.toString());
    }
  }

  @Test
  void readsUnsignedNumbersExactlyAsBigIntegers() {
    for (String text : List.of("0", "1", "9223372036854775808", "18446744073709551615")) {
      NDArray array = NDArray.of(Long.parseUnsignedLong(text)).view(DType.UINT64);
      assertEquals(new BigInteger(text), array.getBigInteger());
    }
    assertEquals(BigInteger.valueOf(-1), NDArray.of(-1L).getBigInteger());
    assertEquals(
        BigInteger.valueOf(255), NDArray.of((byte) -1).view(DType.UINT8).getBigInteger());
    assertEquals(BigInteger.ONE, NDArray.of(true).getBigInteger());
    assertThrows(UnsupportedOperationException.class, () -> NDArray.of(1.0).getBigInteger());
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void readsBothPartsOfComplexNumbers(Golden golden) throws IOException {
    NDArray array = array(golden);
    if (!golden.descr().contains("c")) {
      assertThrows(
          UnsupportedOperationException.class,
          () -> array.getComplex(new long[array.spec().ndim()]));
      return;
    }
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 3; j++) {
        double[] expected = {
          number(golden.values().get(2 * (3 * i + j))),
          number(golden.values().get(2 * (3 * i + j) + 1))
        };
        assertArrayEquals(expected, array.getComplex(i, j));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "S8|array string bytes|toStrings()",
        "U2|array string bytes|toStrings()",
        "V8|bytes|getBytes() or data()",
        "O8|bytes|getBytes() or data()",
        "M8|array long longs bytes|getInstant()",
        "m8|array long longs bytes|getDuration()",
        "f4|array double doubles bytes|toDoubles()",
        "f16|double doubles bytes|toDoubles() or data()",
        "c8|array complex bytes|getComplex()",
        "c32|complex bytes|getComplex() or data()",
        "i4|array double doubles long longs bytes|toLongs()"
      })
  void refusesWhatADtypeIsNotAndNamesWhatItIs(String descr, String able, String advice) {
    int size = Integer.parseInt(descr.substring(1)) * (descr.startsWith("U") ? 4 : 1);
    NDArray array =
        NDArray.of(ArraySpec.of(ScalarType.of(descr.charAt(0), size)), ByteBuffer.allocate(size));
    Map<String, Executable> accessors = Map.of(
        "array", array::toArray,
        "double", array::getDouble,
        "doubles", array::toDoubles,
        "long", array::getLong,
        "longs", array::toLongs,
        "string", array::getString,
        "complex", array::getComplex,
        "bytes", array::getBytes);
    accessors.forEach((name, accessor) -> {
      if (List.of(able.split(" ")).contains(name)) {
        assertDoesNotThrow(accessor, name);
      } else {
        String message =
            assertThrows(UnsupportedOperationException.class, accessor, name).getMessage();
        assertTrue(message.contains(advice), name + ": " + message);
        assertTrue(message.contains(array.dtype().toString()), name + ": " + message);
      }
    });
  }

  @Test
  void refusesNumbersOfUnknownLayout() {
    for (ScalarType dtype : List.of(
        ScalarType.of('f', 16).withOrder(ByteOrder.BIG_ENDIAN),
        ScalarType.of('f', 10),
        ScalarType.of('f', 1),
        ScalarType.of('i', 3),
        ScalarType.of('i', 16),
        ScalarType.of('b', 2))) {
      NDArray array = NDArray.of(ArraySpec.of(dtype), ByteBuffer.allocate((int) dtype.itemSize()));
      String message =
          assertThrows(UnsupportedOperationException.class, array::getDouble).getMessage();
      assertTrue(message.contains(dtype + " has no known layout"), message);
      assertEquals(dtype.itemSize(), array.getBytes().length);
      assertEquals(dtype.itemSize(), array.toBytes().remaining());
      assertEquals(dtype.order(), array.toBytes().order());
    }
  }

  @Test
  void saysHowToReadMoreThanAJavaArrayHolds() {
    NDArray array = NDArray.of(ArraySpec.of(DType.INT8, 1L << 31), new Nothing(1L << 31));
    for (Executable accessor : List.<Executable>of(array::toArray, array::toLongs)) {
      String message = assertThrows(IllegalArgumentException.class, accessor).getMessage();
      assertTrue(message.contains("2147483648 values") && message.contains("data()"), message);
    }
  }

  /** Bytes that are never read. */
  private record Nothing(long length) implements ArrayData {
    @Override
    public void read(long offset, ByteBuffer target) {
      throw new AssertionError("read at " + offset);
    }
  }
}
