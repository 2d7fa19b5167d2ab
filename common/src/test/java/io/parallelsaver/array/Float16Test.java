package io.parallelsaver.array;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Float16Test {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());

  /** The value as IEEE 754 defines it, computed with powers of two. */
  private static double defined(int bits) {
    int exponent = bits >> 10 & 31;
    double fraction = (bits & 1023) / 1024.0;
    double magnitude =
        exponent == 0 ? fraction * Math.pow(2, -14) : (1 + fraction) * Math.pow(2, exponent - 15);
    if (exponent == 31) {
      magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    }
    return bits >= 0x8000 ? -magnitude : magnitude;
  }

  @Test
  void readsEveryPatternAsItsDefinition() {
    for (int bits = 0; bits < 0x10000; bits++) {
      assertEquals(
          defined(bits), (double) Float16.toFloat((short) bits), "0x" + Integer.toHexString(bits));
    }
  }

  @Test
  void comesBackFromEveryValue() {
    for (int bits = 0; bits < 0x10000; bits++) {
      float value = Float16.toFloat((short) bits);
      short back = Float16.fromFloat(value);
      if (Float.isNaN(value)) {
        assertTrue(Float.isNaN(Float16.toFloat(back)), "0x" + Integer.toHexString(bits));
      } else {
        assertEquals((short) bits, back, "0x" + Integer.toHexString(bits));
      }
    }
  }

  /** Between each two neighbours, the middle goes to the even one, and what lies beside it to the nearer. */
  @Test
  void roundsToTheNearestAndTiesToEven() {
    for (int bits = 0; bits < 0x7C00; bits++) {
      double upper = bits == 0x7BFF ? 65536 : defined(bits + 1);
      float middle = (float) ((defined(bits) + upper) / 2);
      int even = bits % 2 == 0 ? bits : bits + 1;
      for (int sign = 0; sign <= 0x8000; sign += 0x8000) {
        float signed = sign == 0 ? middle : -middle;
        assertEquals((short) (sign | even), Float16.fromFloat(signed), "middle above " + bits);
        assertEquals(
            (short) (sign | bits),
            Float16.fromFloat(Math.nextAfter(signed, 0)),
            "below the middle above " + bits);
        assertEquals(
            (short) (sign | bits + 1),
            Float16.fromFloat(Math.nextAfter(signed, signed * 2)),
            "above the middle above " + bits);
      }
    }
  }

  @Test
  void becomesInfinityOrZeroOutsideItsRange() {
    assertEquals((short) 0x7C00, Float16.fromFloat(Float.MAX_VALUE));
    assertEquals((short) 0xFC00, Float16.fromFloat(Float.NEGATIVE_INFINITY));
    assertEquals((short) 0x7BFF, Float16.fromFloat(65519.996f));
    assertEquals((short) 0, Float16.fromFloat(Float.MIN_VALUE));
    assertEquals((short) 0x8000, Float16.fromFloat(-0f));
  }

  @Test
  @RequiresNumPy
  void roundsAsNumPyDoes(@TempDir Path directory) throws IOException {
    Random random = new Random(SEED);
    ByteBuffer pairs = ByteBuffer.allocate(100_000 * 6).order(ByteOrder.LITTLE_ENDIAN);
    while (pairs.hasRemaining()) {
      int exponent = 127 - 28 + random.nextInt(46);
      float value = Float.intBitsToFloat(random.nextInt() & 0x807FFFFF | exponent << 23);
      pairs.putFloat(value).putShort(Float16.fromFloat(value));
    }
    Path file = Files.write(directory.resolve("pairs"), pairs.array());
    String script = """
        pairs = np.fromfile(sys.argv[1], [('f', '<f4'), ('h', '<u2')])
        wrong = pairs[pairs['f'].astype('<f2').view('<u2') != pairs['h']]
        assert not len(wrong), wrong[:5]
        print(len(pairs))
        """;
    assertEquals("100000", NumPy.run(script, file), "seed " + SEED);
  }
}
