package io.parallelsaver.pickle;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.DType;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dtypes that contain themselves, grow without end, or do not fit together. */
@Timeout(120)
class HostileDtypeTest {
  @TempDir
  Path scratch;

  private PickleFile file;

  @BeforeEach
  void open() {
    file = new PickleFile(scratch.resolve("data_1.dat"));
  }

  @AfterEach
  void close() {
    file.close();
  }

  private String refusal(byte[] pickle) {
    return file.refusal(pickle);
  }

  private static PickleWriter start() {
    return PickleWriter.start();
  }

  /** A dictionary whose formats are itself, ten times: 10^n dtypes. */
  @Test
  void refusesADtypeThatContainsItself() {
    PickleWriter out = start().global("numpy", "dtype").op(Opcode.EMPTY_DICT).op(Opcode.MEMOIZE);
    out.op(Opcode.MARK).text("names").op(Opcode.MARK);
    IntStream.range(0, 10).forEach(i -> out.text("f" + i));
    out.op(Opcode.TUPLE).text("formats").op(Opcode.MARK);
    IntStream.range(0, 10).forEach(i -> get(out, 0));
    out.op(Opcode.TUPLE).text("offsets").tuple(new long[10]).text("itemsize").integer(0);
    byte[] pickle = out.op(Opcode.SETITEMS)
        .op(Opcode.TUPLE1)
        .op(Opcode.REDUCE)
        .op(Opcode.STOP)
        .bytes();
    String message = refusal(pickle);
    assertTrue(message.contains("nested deeper than 32"), message);
  }

  /** Each dtype has ten fields of the one before it: a short text that stands for 10^n fields. */
  @Test
  void refusesADtypeThatGrowsWithoutEnd() {
    for (int levels : new int[] {8, 30, 100}) {
      PickleWriter out = start().dtype(DType.INT8).op(Opcode.MEMOIZE);
      for (int level = 0; level < levels; level++) {
        out.global("numpy", "dtype").text("V0").op(Opcode.TUPLE1).op(Opcode.REDUCE);
        fields(out, level);
        out.op(Opcode.MEMOIZE);
      }
      String message = refusal(out.op(Opcode.STOP).bytes());
      assertTrue(message.contains("more intricate") || message.contains("given a state"), message);
    }
  }

  /** The same, with sizes that are right. */
  @Test
  void refusesADtypeThatGrowsByTens() {
    PickleWriter out = start().dtype(DType.INT8).op(Opcode.MEMOIZE);
    long size = 1;
    for (int level = 0; level < 9; level++) {
      size *= 10;
      out.global("numpy", "dtype").text("V" + size).op(Opcode.TUPLE1).op(Opcode.REDUCE);
      fields(out, level);
      out.op(Opcode.MEMOIZE);
    }
    String message = refusal(out.op(Opcode.STOP).bytes());
    assertTrue(message.contains("more intricate than any array"), message);
  }

  /** A state of ten fields, all of the dtype that is kept under {@code index}. */
  private static void fields(PickleWriter out, int index) {
    long step = (long) Math.pow(10, index);
    out.op(Opcode.MARK).integer(3).text("|").op(Opcode.NONE).op(Opcode.MARK);
    IntStream.range(0, 10).forEach(i -> out.text("f" + i));
    out.op(Opcode.TUPLE).op(Opcode.EMPTY_DICT).op(Opcode.MARK);
    for (int i = 0; i < 10; i++) {
      get(out.text("f" + i), index);
      out.integer(i * step).op(Opcode.TUPLE2);
    }
    out.op(Opcode.SETITEMS).integer(10 * step).integer(1).integer(0);
    out.op(Opcode.TUPLE).op(Opcode.BUILD);
  }

  /** BINGET: the index is an operand, which the writer has no word for. */
  private static void get(PickleWriter out, int index) {
    out.operand(Opcode.BINGET, 1, index);
  }

  @Test
  void refusesADtypeInItsOwnFields() {
    PickleWriter out = start().global("numpy", "dtype").text("V1").op(Opcode.TUPLE1);
    out.op(Opcode.REDUCE)
        .op(Opcode.MEMOIZE)
        .op(Opcode.MARK)
        .integer(3)
        .text("|")
        .op(Opcode.NONE);
    out.text("a").op(Opcode.TUPLE1).op(Opcode.EMPTY_DICT).text("a");
    get(out, 0);
    out.integer(0).op(Opcode.TUPLE2).op(Opcode.SETITEM).integer(1).integer(1).integer(0);
    String message =
        refusal(out.op(Opcode.TUPLE).op(Opcode.BUILD).op(Opcode.STOP).bytes());
    assertTrue(message.contains("after it was used"), message);
  }

  @Test
  void refusesDtypesNestedDeeply() {
    PickleWriter deep = start().global("numpy", "dtype");
    deep.text("i2");
    for (int i = 0; i < 40; i++) {
      deep.tuple(1).op(Opcode.TUPLE2);
    }
    deep.op(Opcode.TUPLE1).op(Opcode.REDUCE).op(Opcode.STOP);
    assertTrue(refusal(deep.bytes()).contains("nested deeper than 32"));
  }

  /** The same by states: each level is a dtype of its own, and none is deep by itself. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void refusesDtypesNestedDeeplyByTheirStates(boolean fields) {
    PickleWriter out = start().dtype(DType.INT8).op(Opcode.MEMOIZE);
    for (int level = 0; level < 40; level++) {
      out.global("numpy", "dtype").text("V1").op(Opcode.TUPLE1).op(Opcode.REDUCE);
      out.op(Opcode.MARK).integer(3).text("|");
      if (fields) {
        out.op(Opcode.NONE).text("a").op(Opcode.TUPLE1).op(Opcode.EMPTY_DICT).text("a");
        get(out, level);
        out.integer(0).op(Opcode.TUPLE2).op(Opcode.SETITEM);
      } else {
        get(out, level);
        out.tuple(1).op(Opcode.TUPLE2).op(Opcode.NONE).op(Opcode.NONE);
      }
      out.integer(1).integer(1).integer(0).op(Opcode.TUPLE).op(Opcode.BUILD).op(Opcode.MEMOIZE);
    }
    String message = refusal(out.op(Opcode.STOP).bytes());
    assertTrue(message.contains("nested deeper than 32"), message);
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 8, begins before byte 0",
    "3, 8, begins before byte 4",
    "5, 8, an element of 8 bytes has fields of 9",
    "4611686018427387904, 9223372036854775807, padding of",
    "9223372036854775807, 9223372036854775807, padding of"
  })
  void refusesFieldsOutsideTheElement(long offset, long itemSize, String expected) {
    String message = refusal(struct("a", offset, "b", itemSize));
    assertTrue(message.contains(expected), message);
  }

  @Test
  void refusesFieldsOfOneName() {
    assertTrue(refusal(struct("a", 4, "a", 8)).contains("'a' is empty or stands twice"));
    assertTrue(refusal(struct("a", 4, "", 8)).contains("'' is empty or stands twice"));
  }

  /** Field one at 0, or at {@code offset} if that is negative; field two at {@code offset}. */
  private static byte[] struct(String one, long offset, String two, long itemSize) {
    PickleWriter out = start().global("numpy", "dtype").op(Opcode.EMPTY_DICT).op(Opcode.MARK);
    out.text("names").text(one).text(two).op(Opcode.TUPLE2);
    out.text("formats").text("<i4").text("<i4").op(Opcode.TUPLE2);
    out.text("offsets").tuple(Math.min(0, offset), offset);
    out.text("itemsize").integer(itemSize).op(Opcode.SETITEMS);
    return out.op(Opcode.TUPLE1).op(Opcode.REDUCE).op(Opcode.STOP).bytes();
  }

  /** The message must not hold a dtype of a million characters. */
  @Test
  void saysLittleOfALargeDtype() {
    PickleWriter out = start().global("numpy", "ndarray").op(Opcode.MARK).tuple(Long.MAX_VALUE);
    out.global("numpy", "dtype").op(Opcode.EMPTY_DICT).op(Opcode.MARK);
    out.text("names").op(Opcode.MARK);
    IntStream.range(0, 100).forEach(i -> out.text("f".repeat(5000) + i));
    out.op(Opcode.TUPLE).text("formats").op(Opcode.MARK);
    IntStream.range(0, 100).forEach(i -> out.text("|i1"));
    out.op(Opcode.TUPLE)
        .text("offsets")
        .tuple(IntStream.range(0, 100).asLongStream().toArray());
    out.text("itemsize").integer(100).op(Opcode.SETITEMS).op(Opcode.TUPLE1).op(Opcode.REDUCE);
    out.byteArray(0).integer(0).op(Opcode.NONE).text("C").op(Opcode.TUPLE).op(Opcode.REDUCE);
    String message = refusal(out.op(Opcode.STOP).bytes());
    assertTrue(message.contains("larger than 2^63-1"), message);
  }
}
