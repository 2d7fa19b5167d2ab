package io.parallelsaver.pickle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pickles made to do harm: nothing is run, little memory is taken, and each is refused with the place in the file. */
@Timeout(120)
class HostilePickleTest {
  /** Every opcode that the machine follows. */
  private static final String FOLLOWED = """
      MARK STOP POP NONE NEWTRUE NEWFALSE BININT BININT1 BININT2 LONG1 PROTO FRAME REDUCE BUILD \
      SHORT_BINUNICODE BINUNICODE BINUNICODE8 SHORT_BINBYTES BINBYTES BINBYTES8 BYTEARRAY8 \
      SHORT_BINSTRING BINSTRING EMPTY_TUPLE TUPLE1 TUPLE2 TUPLE3 TUPLE EMPTY_DICT SETITEM SETITEMS \
      MEMOIZE BINPUT LONG_BINPUT BINGET LONG_BINGET GLOBAL STACK_GLOBAL""";

  private static final long SEED = Long.getLong("test.seed", System.nanoTime());

  private final Random random = new Random(SEED);

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

  /** Characters U+0000 to U+00FF as bytes, behind PROTO 4. */
  private static byte[] raw(String text) {
    return ("\u0080\4" + text).getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @CsvSource({
    "os, system",
    "posix, system",
    "builtins, eval",
    "__builtin__, eval",
    "builtins, getattr",
    "subprocess, Popen",
    "numpy, load",
    "numpy, ndarray.__class__",
    "numpy, memmap",
    "numpy.core.multiarray, fromfile",
    "numpy.core.multiarray._reconstruct, __globals__",
    "_codecs, decode",
    "'', ''",
    "io.parallelsaver.pickle.Global, DTYPE"
  })
  void neverFollowsAnotherName(String module, String name) {
    byte[] byText = start()
        .global(module, name)
        .text("touch /tmp/x")
        .op(Opcode.TUPLE1)
        .op(Opcode.REDUCE)
        .op(Opcode.STOP)
        .bytes();
    byte[] byLine = raw("c" + module + "\n" + name + "\nS'touch /tmp/x'\n\u0085R.");
    for (byte[] pickle : List.of(byText, byLine)) {
      String message = refusal(pickle);
      assertTrue(message.contains(" names '"), message);
      assertTrue(message.contains("GLOBAL at byte "), message);
    }
  }

  @Test
  void neverReadsALongName() {
    assertTrue(refusal(raw("c" + "a".repeat(1 << 20))).contains("which no array needs"));
    byte[] pickle =
        start().text("a".repeat(1 << 20)).text("b").op(Opcode.STACK_GLOBAL).bytes();
    assertTrue(refusal(pickle).contains("it names 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa....b'"));
  }

  static Stream<Opcode> unknown() {
    Set<String> followed = Set.of(FOLLOWED.split(" "));
    return Arrays.stream(Opcode.values()).filter(opcode -> !followed.contains(opcode.name()));
  }

  /** INST, OBJ, NEWOBJ, EXT, PERSID and all others that no array needs. */
  @ParameterizedTest
  @MethodSource("unknown")
  void refusesEveryOtherOpcodeByName(Opcode opcode) {
    String operand = "cos\nsystem\n\1\0\0\0\0\0\0\0\n.";
    byte[] pickle = raw("(NN" + (char) opcode.code() + operand);
    String message = refusal(pickle);
    assertTrue(message.contains("(" + opcode + " at byte 5 of "), message);
  }

  @Test
  void refusesBytesThatAreNoOpcode() {
    int refused = 0;
    for (int code = 0; code < 256; code++) {
      if (Opcode.of(code) == null) {
        String message = refusal(raw((char) code + "."));
        assertTrue(message.contains("is no opcode"), message);
        refused++;
      }
    }
    assertEquals(256 - Opcode.values().length, refused);
  }

  static Stream<Arguments> malformed() {
    String dtype = "cnumpy\ndtype\n";
    String i2 = dtype + "\u008c\2i2\u0085R";
    String state = "(K\3\u008c\1<NNNJ\u00ff\u00ff\u00ff\u00ffJ\u00ff\u00ff\u00ff\u00ffK\0t";
    String empty = "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\u0085C\1b\u0087R";
    String array = "(K\1K\1\u0085" + i2 + "\u0089C\2xyt";
    return Stream.of(
            "an empty stack|no value is there|.",
            "values over|leaves 1 values over|NN.",
            "no end|cut off|N",
            "more behind|2 bytes follow|N.N.",
            "no array|no ndarray|N.",
            "an empty array|no ndarray|" + empty + ".",
            "a pop of nothing|no value|0.",
            "a pop of a mark|no value|(0.",
            "a tuple over a mark|fewer than 2|N(N\u0086.",
            "a tuple without a mark|no MARK|Nt.",
            "an odd number of items|items are set|}(Nu.",
            "items of a tuple|items are set|)NNs.",
            "a key that is no str|expected a str as a key, found None|}NNs.",
            "a key that is a dict|found a dict|}}}s.",
            "a memo entry far away|value 4294967295 is kept|Nr\u00ff\u00ff\u00ff\u00ff.",
            "a memo entry that is not there|value 7 is used|h\7.",
            "a memo entry that is not there, either|value 0 is used|Nq\1h\0.",
            "a call of a str|a call of a str|\u008c\1a)R.",
            "a call of a dtype|a call of a dtype|" + i2 + ")R.",
            "arguments that are no tuple|expected a tuple of arguments, found None|" + dtype
                + "NR.",
            "a state for None|a state is given to None|NNb.",
            "a state for a function|a state is given to a function|" + dtype + "Nb.",
            "a state for a dict|a state is given to a dict|}}b.",
            "a second state for an array|that has one|" + empty + array + "b" + array + "b.",
            "a second state for a dtype|after it was used|" + i2 + state + "b" + state + "b.",
            "a state for a used dtype|after it was used|(K\1" + i2 + "q\0K\2\u0085"
                + "h\0\u0086\u0086h\0" + state
                + "bcnumpy.core.multiarray\nscalar\nh\0C\2ab\u0086R0h\0" + state + "b.",
            "another version of state|version 2 of an array|" + empty + "(K\2K\1\u0085" + i2
                + "\u0089C\2xytb.",
            "a short state|array's state is called with 2|" + empty + "NN\u0086b.",
            "an order that is no bool|the order of an array is None|" + empty + "(K\1K\1\u0085" + i2
                + "NC\2xytb.",
            "data that is text|expected bytes of an array|" + empty + "(K\1K\1\u0085" + i2
                + "\u0089\u008c\2xytb.",
            "data that is too short|an array of 2 bytes|" + empty + "(K\1K\1\u0085" + i2
                + "\u0089C\1xtb.",
            "data that is too long|an array of 2 bytes|" + empty + "(K\1K\1\u0085" + i2
                + "\u0089C\3xyztb.",
            "a negative extent|negative extent -1|" + empty + "(K\1J\u00ff\u00ff\u00ff\u00ff\u0085"
                + i2 + "\u0089C\0tb.",
            "a size beyond 63 bits|larger than 2^63-1|" + empty
                + "(K\1\u008a\10\0\0\0\0\0\0\0\u0040\u0085" + i2 + "\u0089C\0tb.",
            "a shape that is no tuple|expected a tuple as a shape|" + empty + "(K\1K\1" + i2
                + "\u0089C\2xytb.",
            "an extent that is a bool|found a bool|" + empty + "(K\1\u0088\u0085" + i2
                + "\u0089C\2xytb.",
            "too many axes|NumPy has at most 64|" + empty + "(K\1(" + "K\1".repeat(65) + "t" + i2
                + "\u0089C\2xytb.",
            "a class other than ndarray|_reconstruct of a function|cnumpy.core.multiarray\n_reconstruct\n"
                + dtype + "K\0\u0085C\1b\u0087R.",
            "a frame beyond the end|goes beyond the end|\u0095\u00ff\0\0\0\0\0\0\0.",
            "a frame of negative length|goes beyond the end|\u0095\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff.",
            "bytes beyond the end|a run of 4294967295 bytes|B\u00ff\u00ff\u00ff\u00ff.",
            "bytes of negative length|a run of 18446744073709551615 bytes|\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff.",
            "bytes up to 2^63|a run of 9223372036854775807 bytes|\u0096\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\177.",
            "a string of negative length|a run of 18446744073709551615 bytes|T\u00ff\u00ff\u00ff\u00ff.",
            "a long integer|outside 64 bits|\u008a\u00ff" + "\177".repeat(255) + ".",
            "a dtype of None|numpy.dtype of None|" + dtype + "N\u0085R.",
            "a dtype of nothing|numpy.dtype is called with 0|" + dtype + ")R.",
            "an unknown dtype|unknown name|" + dtype + "\u008c\2q8\u0085R.",
            "a dtype by name|unknown name|" + dtype + "\u008c\7float64\u0085R.",
            "a dtype of impossible size|NumPy has no dtype i3|" + dtype + "\u008c\2i3\u0085R.",
            "objects|Python objects|" + dtype + "\u008c\2O8\u0085R.",
            "a dtype that is no UTF-8|not UTF-8|" + dtype + "\u008c\2\u00e9\u00e9\u0085R.",
            "a long dtype|at most 64|" + dtype + "\u008c\101" + "i".repeat(65) + "\u0085R.",
            "a byte order|none of < > ||" + i2 + state.replace("<", "=") + "b.",
            "a dtype's state of version 9|unknown version|" + i2 + state.replace("K\3", "K\11")
                + "b.",
            "a dtype of another size|given a state|" + i2 + "(K\3\u008c\1<NNNK\3K\1K\0tb.",
            "a sub-array of negative extent|negative extent|" + dtype
                + "\u008c\2i2J\u00ff\u00ff\u00ff\u00ff\u0085\u0086\u0085R.",
            "a sub-array too large|overflow|" + dtype
                + "\u008c\2i2(J\u00ff\u00ff\u00ff\177J\u00ff\u00ff\u00ff\177J\u00ff\u00ff\u00ff\177t\u0086\u0085R.",
            "a sub-array for an array|only inside a field|" + empty + "(K\1)" + dtype
                + "\u008c\2i2K\1\u0085\u0086\u0085R\u0089C\2xytb.",
            "an encoding|encoding than latin1|c_codecs\nencode\n\u008c\1a\u008c\3hex\u0086R.",
            "an encoding of bytes|_codecs.encode of a bytes|c_codecs\nencode\nC\1a\u008c\6latin1\u0086R.",
            "bytes of a count|expected bytes|cbuiltins\nbytes\nJ\u00ff\u00ff\u00ff\177\u0085R.",
            "strides|offset or strides|cnumpy\nndarray\n(K\1\u0085" + i2
                + "C\2xyK\0K\2\u0085\u008c\1Ct R.".replace(" ", ""),
            "an order|neither C nor F|cnumpy\nndarray\n(K\1\u0085" + i2 + "C\2xyK\0N\u008c\1XtR.")
        .map(line -> line.split("\\|", 3))
        .map(part -> part[2].startsWith("|")
            ? new String[] {part[0], part[1] + "|", part[2].substring(1)}
            : part)
        .map(part -> Arguments.of(part[0], part[1], part[2]));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void refuses(String what, String expected, String program) {
    String message = refusal(raw(program));
    assertTrue(message.contains(expected), message);
  }

  @Test
  void refusesWhatIsNoPickle() {
    for (String text : List.of("", "PK\3\4", "hello", "\u0093NUMPY", "(lp0\n.", "\u0080")) {
      String message = refusal(text.getBytes(StandardCharsets.ISO_8859_1));
      assertTrue(message.contains("does not begin as") || message.contains("cut off"), message);
    }
    for (int version : new int[] {0, 1, 6, 255}) {
      assertTrue(refusal(("\u0080" + (char) version + "N.").getBytes(StandardCharsets.ISO_8859_1))
          .contains("protocol " + version + ", known are 2 to 5"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"N", "(", "K\1", "}", ")", "(t", "N\u0094", "\u008c\0", "Nq\0", "C\0"})
  void refusesEndlessPrograms(String opcodes) {
    String message = refusal(raw(opcodes.repeat(20_000_000 / opcodes.length()) + "."));
    assertTrue(message.contains("more intricate than any array"), message);
  }

  static List<PickleGolden> goldens() {
    Set<String> some =
        Set.of("i2", "u1", "struct-flat", "struct-titled", "datetime", "zero-d-byte");
    return Stream.concat(
            PickleGolden.all("array").stream().filter(golden -> some.contains(golden.name())),
            Stream.of(framed()))
        .toList();
  }

  private static PickleGolden framed() {
    ArraySpec spec = new ArraySpec(DType.INT16, new long[] {2, 3}, true);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(PickledArray.framing(spec).before());
    out.writeBytes(new byte[12]);
    out.writeBytes(PickledArray.framing(spec).after());
    return new PickleGolden("ours", "array", "framed", 5, List.of(), out.toByteArray());
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void refusesAFileThatIsCutOff(PickleGolden golden) {
    for (int cut = 0; cut < golden.pickle().length; cut++) {
      file.hold(Arrays.copyOf(golden.pickle(), cut));
      assertThrows(CorruptException.class, file::locate, "cut off at " + cut);
    }
  }

  /** Every byte in turn, each of its bits, and some other values. */
  @ParameterizedTest
  @MethodSource("goldens")
  void answersAnyChangedByteWithAnArrayOrARefusal(PickleGolden golden) {
    byte[] pickle = golden.pickle();
    file.hold(pickle);
    int refused = 0;
    for (int at = 0; at < pickle.length; at++) {
      int[] changes = IntStream.concat(
              IntStream.range(0, 8).map(bit -> 1 << bit), random.ints(8, 1, 256))
          .toArray();
      for (int change : changes) {
        file.set(at, pickle[at] ^ change);
        long before = PickleFile.allocated();
        try {
          ArraySpec spec = file.locate().spec();
          assertTrue(spec.byteSize() <= pickle.length, spec.toString());
        } catch (InputException e) {
          refused++;
        } catch (RuntimeException | Error e) {
          fail("byte " + at + " changed by " + change + ", seed " + SEED, e);
        }
        assertTrue(
            PickleFile.allocated() - before < 1 << 20, "byte " + at + " changed by " + change);
      }
      file.set(at, pickle[at]);
    }
    assertTrue(refused > 4 * pickle.length, "only " + refused + " refused, seed " + SEED);
  }
}
