package io.parallelsaver.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parallelsaver.npy.NpyFile;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

class ExtendedFloatTest {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());

  @TempDir
  Path directory;

  /** The value as its definition has it, rounded once by the JDK. */
  private static double defined(long significand, int exponent) {
    BigDecimal integer = new BigDecimal(new BigInteger(Long.toUnsignedString(significand)));
    int power = Math.max(exponent, 1) - 16383 - 63;
    BigDecimal two = BigDecimal.valueOf(2);
    return power >= 0
        ? integer.multiply(two.pow(power)).doubleValue()
        : integer.multiply(new BigDecimal("0.5").pow(-power)).doubleValue();
  }

  private static void check(long significand, int exponent) {
    String which =
        String.format(Locale.ROOT, "0x%016X exponent %d seed %d", significand, exponent, SEED);
    double expected = defined(significand, exponent);
    assertEquals(expected, ExtendedFloat.toDouble(significand, (short) exponent), which);
    assertEquals(
        -expected, ExtendedFloat.toDouble(significand, (short) (exponent | 0x8000)), which);
  }

  /** Significands on, next to and between the points where rounding turns, for each exponent near the ends of double's range. */
  @Test
  void roundsOnce() {
    Random random = new Random(SEED);
    for (int exponent = 16383 - 1074 - 66; exponent <= 16383 + 1025; exponent++) {
      if (exponent == 16383 - 1010) {
        exponent = 16383 - 2;
      } else if (exponent == 16383 + 3) {
        exponent = 16383 + 1020;
      }
      for (int i = 0; i < 12; i++) {
        int zeros = random.nextInt(64);
        long significand = Long.MIN_VALUE | random.nextLong() >>> zeros << zeros;
        check(significand, exponent);
        check(significand | 1, exponent);
        check(Long.MIN_VALUE | significand - 1, exponent);
      }
      check(-1, exponent);
      check(Long.MIN_VALUE, exponent);
    }
    check(0, 0);
    check(1, 0);
    check(Long.MIN_VALUE, 0);
    check(Long.MIN_VALUE, 1);
    check(-1, 32766);
  }

  @Test
  void readsInfinityAndNaN() {
    assertEquals(Double.POSITIVE_INFINITY, ExtendedFloat.toDouble(Long.MIN_VALUE, (short) 0x7FFF));
    assertEquals(Double.NEGATIVE_INFINITY, ExtendedFloat.toDouble(Long.MIN_VALUE, (short) 0xFFFF));
    assertEquals(Double.NaN, ExtendedFloat.toDouble(0xC000000000000000L, (short) 0x7FFF));
    assertEquals(Double.NaN, ExtendedFloat.toDouble(Long.MIN_VALUE + 1, (short) 0xFFFF));
    // What no x87 writes: no integer bit.
    assertEquals(Double.NaN, ExtendedFloat.toDouble(0, (short) 0x7FFF));
    assertEquals(Double.NaN, ExtendedFloat.toDouble(Long.MAX_VALUE, (short) 16383));
    assertEquals(Double.NaN, ExtendedFloat.toDouble(0, (short) 1));
  }

  @Test
  void readsBothPaddings() {
    for (int size : new int[] {12, 16}) {
      ByteBuffer bytes = ByteBuffer.allocate(2 * size).order(ByteOrder.LITTLE_ENDIAN);
      bytes.putLong(0, 3L << 62).putShort(8, (short) 16384);
      bytes.putLong(size, Long.MIN_VALUE).putShort(size + 8, (short) 0xBFFE);
      NDArray reals = NDArray.of(ArraySpec.of(ScalarType.of('f', size), 2), bytes);
      assertArrayEquals(new double[] {3, -0.5}, reals.toDoubles());
      assertEquals(-0.5, reals.getDouble(1));
      NDArray complex = NDArray.of(ArraySpec.of(ScalarType.of('c', 2L * size)), bytes);
      assertArrayEquals(new double[] {3, -0.5}, complex.getComplex());
    }
  }

  /** Only on x86 is NumPy's longdouble this format. */
  @Test
  @RequiresNumPy
  @EnabledIfSystemProperty(named = "os.arch", matches = "amd64|x86_64|i386")
  void convertsAsNumPyDoes() {
    NumPy.run("""
        rng = np.random.default_rng(abs(int(sys.argv[2])))
        n = 20000
        raw = np.zeros((n, 16), "u1")
        significand = rng.integers(1 << 63, 1 << 64, n, "u8") >> np.uint64(0)
        zeros = rng.integers(0, 63, n).astype("u8")
        significand = significand >> zeros << zeros | np.uint64(1 << 63)
        near = np.concatenate([np.arange(15240, 15390), np.arange(16370, 16400), np.arange(17400, 17410), [0x7FFF]])
        top = rng.choice(near, n).astype("<u2") | (rng.integers(0, 2, n) << 15).astype("<u2")
        raw[:, :8] = significand.astype("<u8").reshape(n, 1).view("u1")
        raw[:, 8:10] = top.reshape(n, 1).view("u1")
        a = raw.view("<f16").reshape(n // 2, 2)
        assert np.isfinite(a).mean() > 0.9
        np.save(sys.argv[1] + "/a.npy", np.asfortranarray(a))
        np.save(sys.argv[1] + "/c.npy", a.view("<c32"))
        np.save(sys.argv[1] + "/expected.npy", a.astype("<f8"))
        """, directory, SEED);
    double[] expected = NpyFile.array(directory.resolve("expected.npy")).toDoubles();
    assertArrayEquals(
        expected, NpyFile.array(directory.resolve("a.npy")).toDoubles(), "seed " + SEED);
    NDArray complex = NpyFile.array(directory.resolve("c.npy"));
    for (int i = 0; i < 50; i++) {
      assertArrayEquals(
          new double[] {expected[2 * i], expected[2 * i + 1]},
          complex.getComplex(i, 0),
          "seed " + SEED);
    }
  }
}
