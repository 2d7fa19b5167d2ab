package io.parallelsaver.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.safetensors.SafetensorsHeader.Tensor;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers that lie. */
@Timeout(120)
class HostileSafetensorsTest {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());

  @TempDir
  Path scratch;

  private SafetensorsFile file;

  @BeforeEach
  void open() {
    file = new SafetensorsFile(scratch.resolve("a.safetensors"));
  }

  @AfterEach
  void close() {
    file.close();
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  /** A file with this text for a header, its length true, and {@code room} bytes of data. */
  private static byte[] file(String json, int room) {
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + room)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .array();
  }

  private String refusal(byte[] content) {
    file.hold(content);
    long before = allocated();
    String message = assertThrows(InputException.class, file::read).getMessage();
    assertTrue(allocated() - before < (4 << 20) + content.length, "allocated for " + message);
    assertTrue(message.startsWith(file.path() + ": "), message);
    assertTrue(message.length() < 600, message);
    return message;
  }

  private static String tensor(String name, String dtype, String shape, String offsets) {
    return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":"
        + offsets + "}";
  }

  static Stream<Arguments> lies() {
    String ok = tensor("a", "U8", "[4]", "[0,4]");
    String deep = "[".repeat(40) + "]".repeat(40);
    return Stream.of(
        Arguments.of(
            "a hole at the start", 5, "{" + tensor("a", "U8", "[4]", "[1,5]") + "}", "after byte"),
        Arguments.of(
            "a hole",
            9,
            "{" + ok + "," + tensor("b", "U8", "[4]", "[5,9]") + "}",
            "'b' begins at byte 118, after byte 117"),
        Arguments.of(
            "an overlap",
            7,
            "{" + ok + "," + tensor("b", "U8", "[4]", "[3,7]") + "}",
            "before byte"),
        Arguments.of(
            "the same bytes twice",
            4,
            "{" + ok + "," + tensor("b", "U8", "[4]", "[0,4]") + "}",
            "before byte"),
        Arguments.of("bytes at the end", 5, "{" + ok + "}", "the tensors end at byte"),
        Arguments.of("bytes and no tensor", 1, "{}", "the tensors end at byte 10, the file at 11"),
        Arguments.of("bytes beyond the end", 3, "{" + ok + "}", "bytes 0 to 4 of 3 that follow"),
        Arguments.of(
            "an end before the start",
            4,
            "{" + tensor("a", "U8", "[4]", "[4,0]") + "}",
            "bytes 4 to 0 of 4"),
        Arguments.of(
            "too few bytes",
            4,
            "{" + tensor("a", "U8", "[5]", "[0,4]") + "}",
            "takes 5 bytes by dtype and shape, but 4"),
        Arguments.of(
            "too many bytes",
            4,
            "{" + tensor("a", "U8", "[3]", "[0,4]") + "}",
            "takes 3 bytes by dtype and shape, but 4"),
        Arguments.of(
            "another dtype's bytes",
            4,
            "{" + tensor("a", "F32", "[4]", "[0,4]") + "}",
            "takes 16 bytes"),
        Arguments.of(
            "a shape that overflows",
            4,
            "{" + tensor("a", "U8", "[4294967296,4294967296,2]", "[0,4]") + "}",
            "larger than 2^63-1"),
        Arguments.of(
            "a size that overflows",
            4,
            "{" + tensor("a", "F64", "[2305843009213693952]", "[0,4]") + "}",
            "larger than 2^63-1"),
        Arguments.of(
            "an overflow beside nothing",
            0,
            "{" + tensor("a", "U8", "[0,4294967296,4294967296]", "[0,0]") + "}",
            "larger than 2^63-1"),
        Arguments.of(
            "a negative extent",
            4,
            "{" + tensor("a", "U8", "[-4]", "[0,4]") + "}",
            "a negative number"),
        Arguments.of(
            "a negative offset",
            4,
            "{" + tensor("a", "U8", "[4]", "[-4,0]") + "}",
            "a negative number"),
        Arguments.of(
            "an extent beyond 64 bits",
            4,
            "{" + tensor("a", "U8", "[18446744073709551616]", "[0,4]") + "}",
            "not JSON as expected"),
        Arguments.of(
            "an extent of many digits",
            4,
            "{" + tensor("a", "U8", "[" + "9".repeat(5000) + "]", "[0,4]") + "}",
            "not JSON as expected"),
        Arguments.of(
            "an extent that is no integer",
            4,
            "{" + tensor("a", "U8", "[4.0]", "[0,4]") + "}",
            "shape of tensor 'a' is no VALUE_NUMBER_INT"),
        Arguments.of(
            "a shape that is none",
            4,
            "{" + tensor("a", "U8", "4", "[0,4]") + "}",
            "is no START_ARRAY but VALUE_NUMBER_INT"),
        Arguments.of(
            "a shape of shapes",
            4,
            "{" + tensor("a", "U8", "[[4]]", "[0,4]") + "}",
            "is no VALUE_NUMBER_INT"),
        Arguments.of(
            "too many axes",
            1,
            "{" + tensor("a", "U8", "[1" + ",1".repeat(64) + "]", "[0,1]") + "}",
            "more than 64 numbers"),
        Arguments.of(
            "one offset",
            4,
            "{" + tensor("a", "U8", "[4]", "[0]") + "}",
            "lacks dtype, shape or two"),
        Arguments.of(
            "three offsets",
            4,
            "{" + tensor("a", "U8", "[4]", "[0,4,4]") + "}",
            "lacks dtype, shape or two"),
        Arguments.of(
            "no dtype", 4, "{\"a\":{\"shape\":[4],\"data_offsets\":[0,4]}}", "lacks dtype"),
        Arguments.of(
            "no shape",
            4,
            "{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,4]}}",
            "lacks dtype, shape"),
        Arguments.of(
            "an unknown dtype",
            4,
            "{" + tensor("a", "Q7", "[4]", "[0,4]") + "}",
            "has dtype 'Q7', known are [BOOL, "),
        Arguments.of(
            "a dtype in lower case",
            4,
            "{" + tensor("a", "u8", "[4]", "[0,4]") + "}",
            "has dtype 'u8', known are"),
        Arguments.of(
            "packed elements", 2, "{" + tensor("a", "F4", "[4]", "[0,2]") + "}", "parts of bytes"),
        Arguments.of(
            "packed elements, too",
            3,
            "{" + tensor("a", "F6_E2M3", "[4]", "[0,3]") + "}",
            "parts of bytes"),
        Arguments.of(
            "a dtype that is no string",
            4,
            "{\"a\":{\"dtype\":1}}",
            "dtype of tensor 'a' is no VALUE_STRING"),
        Arguments.of(
            "a name twice",
            4,
            "{" + ok + "," + tensor("a", "U8", "[0]", "[4,4]") + "}",
            "tensor 'a' stands twice"),
        Arguments.of(
            "a name twice, once escaped",
            4,
            "{" + ok + "," + tensor("\\u0061", "U8", "[0]", "[4,4]") + "}",
            "tensor 'a' stands twice"),
        Arguments.of(
            "a field twice",
            4,
            "{" + ok.replace("}", ",\"dtype\":\"I8\"}") + "}",
            "'dtype' of tensor 'a' stands twice"),
        Arguments.of(
            "metadata twice",
            0,
            "{\"__metadata__\":{},\"__metadata__\":{}}",
            "__metadata__ stands twice"),
        Arguments.of(
            "a metadata key twice",
            0,
            "{\"__metadata__\":{\"a\":\"b\",\"a\":\"b\"}}",
            "'a' stands twice"),
        Arguments.of(
            "metadata that is no string", 0, "{\"__metadata__\":{\"a\":1}}", "is no VALUE_STRING"),
        Arguments.of(
            "metadata that is nested", 0, "{\"__metadata__\":{\"a\":{}}}", "is no VALUE_STRING"),
        Arguments.of(
            "metadata that is a list",
            0,
            "{\"__metadata__\":[]}",
            "__metadata__ is no START_OBJECT"),
        Arguments.of("a tensor that is null", 0, "{\"a\":null}", "tensor 'a' is no START_OBJECT"),
        Arguments.of("nesting", 4, "{\"a\":{\"x\":" + deep + "}}", "not JSON as expected"),
        Arguments.of("no end", 0, "{\"a\":{", "not JSON as expected"),
        Arguments.of("a second value", 0, "{} {}", "goes on after its end"),
        Arguments.of("zeros behind", 0, "{}\0\0", "not JSON as expected"),
        Arguments.of("a comment", 0, "{/* */}", "not JSON as expected"),
        Arguments.of("a comma too many", 0, "{\"__metadata__\":{},}", "not JSON as expected"),
        Arguments.of("single quotes", 0, "{'__metadata__':{}}", "not JSON as expected"),
        Arguments.of("a list", 0, "[]", "does not begin with {"),
        Arguments.of("a space first", 0, " {}", "does not begin with {"),
        Arguments.of("a byte order mark", 0, "\ufeff{}", "does not begin with {"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lies")
  void refuses(String what, int room, String json, String expected) {
    String message = refusal(file(json, room));
    assertTrue(message.contains(expected), message);
  }

  @ParameterizedTest
  @ValueSource(longs = {100_000_001, 1L << 32, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void refusesALengthBeyondTheLimit(long length) {
    byte[] content = file("{}", 0);
    ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    assertTrue(refusal(content).contains("longer than the limit of 100000000"));
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 1000, 100_000_000})
  void refusesALengthBeyondTheFile(long length) {
    byte[] content = file("{}", 0);
    ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    assertTrue(refusal(content).contains("beyond the end of the file"));
  }

  @Test
  void refusesTextThatIsNotUtf8() {
    for (String bytes : List.of(
        "\u00ff", "\u00c3\"", "\u00c0\u0080", "\u00ed\u00a0\u0080", "\u00f4\u0090\u0080\u0080")) {
      byte[] text =
          ("{\"__metadata__\":{\"" + bytes + "\":\"\"}}").getBytes(StandardCharsets.ISO_8859_1);
      byte[] content = Arrays.copyOf(file(" ".repeat(text.length), 0), 8 + text.length);
      System.arraycopy(text, 0, content, 8, text.length);
      assertTrue(refusal(content).contains("not UTF-8"));
    }
  }

  @Test
  void takesWhatTheFormatsOwnLibraryTakes() {
    String json = "{ \"__metadata__\" : null,\n"
        + tensor("b", "U8", "[2]", "[2,4]").replace("}", ",\"more\":[{}]}") + ","
        + tensor("none", "F64", "[0]", "[2,2]") + ",\t" + tensor("a", "BF16", "[]", "[0,2]")
        + "} \n\r\t";
    SafetensorsHeader header = file.hold(file(json, 4)).read();
    assertEquals(
        List.of("a", "none", "b"), header.tensors().stream().map(Tensor::name).toList());
    assertEquals(Map.of(), header.metadata());
  }

  @ParameterizedTest
  @ValueSource(strings = {"shapes", "names", "nothing", "only-metadata"})
  void refusesAFileThatIsCutOff(String name) {
    byte[] content = SafetensorsHeaderTest.golden(name + ".safetensors");
    for (int cut = 0; cut < content.length; cut++) {
      file.hold(Arrays.copyOf(content, cut));
      assertThrows(CorruptException.class, file::read, "cut off at " + cut);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"types", "shapes", "names", "only-metadata"})
  void answersAnyChangedByteWithAHeaderOrARefusal(String name) {
    byte[] content = SafetensorsHeaderTest.golden(name + ".safetensors");
    file.hold(content);
    Random random = new Random(SEED);
    int refused = 0;
    warmUp(content);
    for (int at = 0; at < content.length; at++) {
      int[] changes = IntStream.concat(
              IntStream.range(0, 8).map(bit -> 1 << bit), random.ints(4, 1, 256))
          .toArray();
      for (int change : changes) {
        file.set(at, content[at] ^ change);
        long before = allocated();
        try {
          assertEquals(content.length, file.read().fileSize());
        } catch (InputException e) {
          refused++;
        } catch (RuntimeException | Error e) {
          fail("byte " + at + " changed by " + change + ", seed " + SEED, e);
        }
        assertTrue(allocated() - before < 1 << 20, "byte " + at + " changed by " + change);
      }
      file.set(at, content[at]);
    }
    assertTrue(refused > 2 * content.length, "only " + refused + " refused, seed " + SEED);
  }

  /** Loads the classes: their memory is not what is measured. */
  private void warmUp(byte[] content) {
    file.read();
    file.set(0, content[0] ^ 1);
    assertThrows(InputException.class, file::read);
    file.set(0, content[0]);
  }
}
