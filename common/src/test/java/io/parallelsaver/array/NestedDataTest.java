package io.parallelsaver.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class NestedDataTest extends ArrayDataContract {
  @Override
  List<Case> cases() {
    return List.of(
        nested("int[2][3]", new int[][] {{1, -2, 3}, {4, 5, 0x01020304}}, new int[] {
          1, -2, 3, 4, 5, 0x01020304
        }),
        nested("short[3][1]", new short[][] {{1}, {2}, {-3}}, new short[] {1, 2, -3}),
        nested("long[1][2][2]", new long[][][] {{{1, 2}, {3, -4}}}, new long[] {1, 2, 3, -4}),
        nested(
            "char[2][2][3]",
            new char[][][] {
              {{'a', 'b', 'c'}, {'d', 'e', 'f'}}, {{'g', 'h', 'i'}, {'j', 'k', '\uffff'}}
            },
            "abcdefghijk\uffff".toCharArray()),
        nested("boolean[2][2]", new boolean[][] {{true, false}, {false, true}}, new boolean[] {
          true, false, false, true
        }),
        nested("double[2][0]", new double[2][0], new double[0]),
        nested("double[0][0]", new double[0][0], new double[0]));
  }

  private static Case nested(String name, Object[] nested, Object flat) {
    return new Case(name, NestedData.array(nested).data(), Primitives.bytes(flat));
  }

  @Test
  void takesShapeAndDtypeFromTheArray() {
    assertEquals(ArraySpec.of(DType.INT32, 2, 3), NDArray.of(new int[2][3]).spec());
    assertEquals(
        ArraySpec.of(DType.FLOAT32, 2, 3, 4, 1),
        NDArray.of(new float[2][3][4][1]).spec());
    assertEquals(ArraySpec.of(DType.UINT16, 1, 2), NDArray.of(new char[1][2]).spec());
    assertEquals(ArraySpec.of(DType.INT8, 3, 0), NDArray.of(new byte[3][0]).spec());
    assertEquals(
        ArraySpec.of(DType.INT64, 3, 0, 0), NDArray.of(new long[3][0][7]).spec());
  }

  @Test
  void comesBackAsItWas() {
    double[][][] nested = {{{1, 2}, {3, 4}, {5, 6}}, {{7, 8}, {9, 10}, {11, Double.NaN}}};
    assertArrayEquals(nested, (double[][][]) NDArray.of(nested).toNestedArray());
  }

  @Test
  void refusesRowsOfDifferentLengthAndNamesTheFirst() {
    assertRefused("[1]", "length 1", "expected 2", new int[][] {{1, 2}, {3}, {4}});
    assertRefused(
        "[1][2]", "length 3", "expected 0", new int[][][] {{{}, {}, {}}, {{}, {}, {1, 2, 3}}});
    assertRefused("[1]", "length 4", "expected 3", new int[][][] {{{}, {}, {}}, {{}, {}, {}, {}}});
    assertRefused("[1]", "length 1", "expected 0", new double[][] {{}, {1}});
  }

  @Test
  void refusesRowsThatAreNull() {
    assertRefused("[0]", "length null", "expected 0", new int[][] {null, {}});
    assertRefused("[1]", "length null", "expected 2", new int[][] {{1, 2}, null});
    assertRefused("[0][1]", "length null", "expected 1", new int[][][] {{{1}, null}});
  }

  @Test
  void refusesArraysOfObjects() {
    for (Object[] array :
        List.<Object[]>of(new Object[] {"a"}, new Integer[][] {{1}}, new Object[] {new int[2]})) {
      IllegalArgumentException refusal =
          assertThrows(IllegalArgumentException.class, () -> NDArray.of(array));
      assertTrue(
          refusal.getMessage().contains(array.getClass().getTypeName()), refusal.getMessage());
    }
  }

  private static void assertRefused(String index, String found, String expected, Object[] nested) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> NDArray.of(nested)).getMessage();
    for (String part : List.of("element " + index + " has " + found + ",", expected)) {
      assertTrue(message.contains(part), message + " should contain " + part);
    }
  }
}
