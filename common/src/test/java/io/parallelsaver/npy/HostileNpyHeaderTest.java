package io.parallelsaver.npy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.testing.Golden;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers that are cut off, changed, or made to do harm. */
class HostileNpyHeaderTest {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());

  @ParameterizedTest
  @ValueSource(strings = {"int16.npy", "struct-version2.npy", "struct-version3.npy"})
  void refusesAHeaderThatIsCutOff(String file) {
    byte[] bytes = Golden.bytes(file);
    int length = NpyHeader.parse(ByteBuffer.wrap(bytes)).length();
    for (int cut = 0; cut < length; cut++) {
      ByteBuffer start = ByteBuffer.wrap(bytes, 0, cut);
      assertThrows(
          IllegalArgumentException.class,
          () -> NpyHeader.parse(start),
          () -> "cut off at " + start.limit());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "int16.npy",
        "struct-titled.npy",
        "struct-subarray.npy",
        "struct-version3.npy",
        "datetime.npy"
      })
  void answersAnyChangedByteWithAHeaderOrARefusal(String file) {
    byte[] bytes = Golden.bytes(file);
    int length = NpyHeader.parse(ByteBuffer.wrap(bytes)).length();
    Random random = new Random(SEED);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] changed = bytes.clone();
      int at = random.nextInt(length);
      changed[at] = (byte) random.nextInt(256);
      try {
        NpyHeader.parse(ByteBuffer.wrap(changed));
      } catch (IllegalArgumentException e) {
        refused++;
      } catch (RuntimeException | Error e) {
        fail("byte " + at + " as " + changed[at] + ", seed " + SEED, e);
      }
    }
    assertTrue(refused > 1000, "only " + refused + " refused, seed " + SEED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "  ",
        "{}",
        "None",
        "[1, 2]",
        "{'descr': '<i4'",
        "{'descr': '<i4', 'fortran_order': False}",
        "{'descr': '<i4', 'fortran_order': False, 'shape': (1,), 'more': 1}",
        "{'descr': '<i4', 'fortran_order': 0, 'shape': (1,)}",
        "{'descr': '<i4', 'fortran_order': False, 'shape': 1}",
        "{'descr': '<i4', 'fortran_order': False, 'shape': [1]}",
        "{'descr': '<i4', 'fortran_order': False, 'shape': (1.0,)}",
        "{'descr': '<i4', 'fortran_order': False, 'shape': (True,)}",
        "{'descr': '<i4', 'fortran_order': False, 'shape': (None,)}",
        "{'descr': '<i4', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '<i4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
        "{'descr': '<i4', 'fortran_order': False, 'shape': (03,)}",
        "{'descr': '<i4', 'fortran_order': False, 'shape': (3l,)}",
        "{'descr': b'<i4', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<M8[x]', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': [('a\nb', '<i4')], 'fortran_order': False, 'shape': (1,)}",
        "{'descr': [('a\0b', '<i4')], 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<i4', 'fortran_order': False, 'shape': (1,)}\u000b",
        "{'descr': '<i4', 'fortran_order': False, 'shape': (4611686018427387904, 2)}",
        "{'descr': '<i4', 'fortran_order': False, 'shape': (0, 4611686018427387904, 2)}",
        "{'descr': '<i4', 'fortran_order': False, 'shape': (1,)} + {}",
        "{'descr': None, 'fortran_order': False, 'shape': (1,)}",
        "{'descr': 4, 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<i3', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<i', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<q8', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f8[us]', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '|S99999999999', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '|S9999999999', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': ('<i4', (2,)), 'fortran_order': False, 'shape': (1,)}",
        "{'descr': [()], 'fortran_order': False, 'shape': (1,)}",
        "{'descr': [('a',)], 'fortran_order': False, 'shape': (1,)}",
        "{'descr': [(1, '<i4')], 'fortran_order': False, 'shape': (1,)}",
        "{'descr': [('a', '<i4', None)], 'fortran_order': False, 'shape': (1,)}",
        "{'descr': [('a', '<i4', (-1,))], 'fortran_order': False, 'shape': (1,)}",
        "{'descr': [('a', '<i4', (2147483647, 2147483647, 2147483647))], 'fortran_order': False, 'shape': (1,)}",
        "{'descr': [('a', '<i4', 2, 3)], 'fortran_order': False, 'shape': (1,)}",
        "{'descr': __import__('os').getpid(), 'fortran_order': False, 'shape': (1,)}"
      })
  void refusesADictionaryThatIsNoArray(String text) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> parse(1, text));
    assertTrue(
        refusal.getMessage().startsWith(".npy header is not understood: "), refusal.getMessage());
  }

  @Test
  void refusesWhatIsNoHeader() {
    byte[] header = NpyHeader.bytes(ArraySpec.of(DType.INT8, 5));
    List<int[]> changes = List.of(
        new int[] {0, 0x92},
        new int[] {5, 'y'},
        new int[] {6, 0},
        new int[] {6, 4},
        new int[] {6, -1},
        new int[] {7, 1});
    for (int[] change : changes) {
      byte[] changed = header.clone();
      changed[change[0]] = (byte) change[1];
      assertThrows(
          IllegalArgumentException.class,
          () -> NpyHeader.length(ByteBuffer.wrap(changed), NpyHeader.MAX_LENGTH));
    }
  }

  @Test
  void refusesNestingThatWouldUseUpTheStack() {
    String deep = "[".repeat(30_000);
    assertThrows(IllegalArgumentException.class, () -> parse(1, deep));
    assertThrows(IllegalArgumentException.class, () -> parse(1, deep.replace('[', '(')));
    assertThrows(IllegalArgumentException.class, () -> parse(2, "{'a':".repeat(50_000)));
  }

  @Test
  void saysLittleOfALongHeader() {
    String many = "('a', ".repeat(20) + "1,".repeat(30_000) + ")".repeat(20);
    for (String text : new String[] {
      many,
      "'" + "x".repeat(60_000) + "'",
      "{'descr': '" + "x".repeat(60_000) + "', 'fortran_order': False, 'shape': ()}"
    }) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> parse(2, text)).getMessage();
      assertTrue(message.length() < 400, message);
    }
    String huge = "9".repeat(60_000);
    assertThrows(
        IllegalArgumentException.class,
        () -> parse(2, "{'descr': '<f8', 'fortran_order': False, 'shape': (" + huge + ",)}"));
  }

  @Test
  void refusesAHeaderLongerThanTheLimitBeforeItIsRead() {
    ByteBuffer start = ByteBuffer.wrap(Arrays.copyOf(Golden.bytes("struct-version2.npy"), 12));
    start.order(java.nio.ByteOrder.LITTLE_ENDIAN).putInt(8, NpyHeader.MAX_LENGTH - 12);
    assertEquals(NpyHeader.MAX_LENGTH, NpyHeader.length(start, NpyHeader.MAX_LENGTH));
    assertThrows(
        IllegalArgumentException.class, () -> NpyHeader.length(start, NpyHeader.MAX_LENGTH - 1));
    for (int length : new int[] {NpyHeader.MAX_LENGTH - 11, Integer.MAX_VALUE, -1}) {
      start.putInt(8, length);
      assertThrows(
          IllegalArgumentException.class, () -> NpyHeader.length(start, NpyHeader.MAX_LENGTH));
    }
  }

  private static NpyHeader parse(int version, String text) {
    return NpyHeader.parse(Headers.of(version, text, "ISO-8859-1"));
  }
}
