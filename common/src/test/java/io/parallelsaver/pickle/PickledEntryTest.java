package io.parallelsaver.pickle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and metadata. */
class PickledEntryTest {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());

  @TempDir
  Path scratch;

  private PickleFile file;

  @BeforeEach
  void open() {
    file = new PickleFile(scratch.resolve("data_entry_1.dat"));
  }

  @AfterEach
  void close() {
    file.close();
  }

  private String key(byte[] pickle) {
    file.hold(pickle);
    return PickledKey.read(file.path(), file.channel());
  }

  private PickledMetadata metadata(byte[] pickle) {
    file.hold(pickle);
    return PickledMetadata.read(file.path(), file.channel());
  }

  static List<PickleGolden> keys() {
    return PickleGolden.all("key");
  }

  @ParameterizedTest
  @MethodSource("keys")
  void readsTheKeyThatPythonDumped(PickleGolden golden) {
    String key =
        switch (golden.name()) {
          case "key-0" -> "arr_0";
          case "key-1" -> "";
          case "key-2" -> "gr\u00f6\u00dfe/\u6e29\u5ea6\ud83d\ude00";
          case "key-3" -> "it's\n\\";
          case "key-4" -> "k".repeat(300);
          default -> "n\u00e9\u6e29";
        };
    assertEquals(key, key(golden.pickle()));
  }

  static List<PickleGolden> metadata() {
    return PickleGolden.all("metadata");
  }

  @ParameterizedTest
  @MethodSource("metadata")
  void readsTheMetadataThatPythonDumped(PickleGolden golden) {
    PickledMetadata metadata = metadata(golden.pickle());
    assertEquals(golden.columns().get(0), metadata.spec().dtype().descr());
    assertArrayEquals(
        PickleGolden.shape(golden.columns().get(1)), metadata.spec().shape());
    assertEquals(Long.parseLong(golden.columns().get(2)), metadata.offset());
  }

  @ParameterizedTest
  @ValueSource(strings = {"arr_0", "", "a/b\\c\n'\"", "gr\u00f6\u00dfe", "\ud83d\ude00", "255"})
  void readsTheKeyItWrites(String key) {
    assertEquals(key, key(PickledKey.bytes(key)));
    String longKey = key.repeat(1000);
    assertEquals(longKey, key(PickledKey.bytes(longKey)));
  }

  @Test
  @RequiresNumPy
  void pythonLoadsWhatItWrites() throws IOException {
    Random random = new Random(SEED);
    for (int i = 0; i < 200; i++) {
      ArraySpec spec = RandomArrays.spec(random);
      PickledMetadata metadata = new PickledMetadata(spec.shape(), spec.dtype(), 64L * i << 30);
      ArraySpec empty = ArraySpec.of(spec.dtype(), 0);
      Files.write(scratch.resolve(i + ".dat"), metadata.bytes());
      Files.write(
          scratch.resolve(i + ".key"), PickledKey.bytes("gr\u00f6\u00dfe/\n" + "k".repeat(3 * i)));
      Files.write(scratch.resolve(i + ".npy"), NpyHeader.bytes(empty));
      Files.writeString(scratch.resolve(i + ".shape"), Arrays.toString(spec.shape()));
    }
    String count = NumPy.run("""
        import os, pickle
        for i in range(200):
            path = os.path.join(sys.argv[1], str(i))
            with open(path + '.dat', 'rb') as file:
                shape, dtype, offset = pickle.load(file)
            with open(path + '.key', 'rb') as file:
                assert pickle.load(file) == 'gr\\u00f6\\u00dfe/\\n' + 'k' * 3 * i, i
            with open(path + '.shape') as file:
                wanted = tuple(eval(file.read()))
            assert type(shape) is tuple and shape == wanted, (i, shape, wanted)
            assert isinstance(dtype, np.dtype) and repr(dtype) == repr(np.load(path + '.npy').dtype), (i, dtype)
            assert type(offset) is int and offset == 64 * i << 30, (i, offset)
        print(i + 1)
        """, scratch);
    assertEquals("200", count, "seed " + SEED);
  }

  @Test
  void refusesHalfASurrogatePair() {
    assertThrows(InputException.class, () -> PickledKey.bytes("a\ud83d"));
  }

  static Stream<byte[]> noKeys() {
    return Stream.of(
        PickleWriter.start().integer(1).op(Opcode.STOP).bytes(),
        PickleWriter.start().op(Opcode.NONE).op(Opcode.STOP).bytes(),
        PickleWriter.start().tuple(1).op(Opcode.STOP).bytes(),
        PickleWriter.start().dtype(DType.INT8).op(Opcode.STOP).bytes(),
        PickleWriter.start()
            .operand(Opcode.SHORT_BINBYTES, 1, 0)
            .op(Opcode.STOP)
            .bytes());
  }

  @ParameterizedTest
  @MethodSource("noKeys")
  void refusesAKeyThatIsNoStr(byte[] pickle) {
    String message = assertThrows(InputException.class, () -> key(pickle)).getMessage();
    assertTrue(message.contains("a key is a str, found "), message);
  }

  @Test
  void refusesAKeyThatIsTooLong() {
    byte[] pickle = PickledKey.bytes("k".repeat(70_000));
    String message = assertThrows(InputException.class, () -> key(pickle)).getMessage();
    assertTrue(message.contains("a run of 70000 bytes where at most 65536"), message);
  }

  static Stream<byte[]> noMetadata() {
    PickleWriter negative = PickleWriter.start().tuple(1).dtype(DType.INT8).integer(-64);
    PickleWriter noDtype = PickleWriter.start().tuple(1).text("int8").integer(0);
    PickleWriter noShape = PickleWriter.start().integer(1).dtype(DType.INT8).integer(0);
    PickleWriter noOffset = PickleWriter.start().tuple(1).dtype(DType.INT8).op(Opcode.NONE);
    PickleWriter tooLarge =
        PickleWriter.start().tuple(1L << 62, 2).dtype(DType.INT8).integer(0);
    return Stream.concat(
        Stream.of(negative, noDtype, noShape, noOffset, tooLarge)
            .map(out -> out.op(Opcode.TUPLE3).op(Opcode.STOP).bytes()),
        Stream.of(
            PickleWriter.start().tuple(1, 2).op(Opcode.STOP).bytes(), PickledKey.bytes("key")));
  }

  @ParameterizedTest
  @MethodSource("noMetadata")
  void refusesMetadataThatIsNotShapeDtypeAndOffset(byte[] pickle) {
    String message =
        assertThrows(CorruptException.class, () -> metadata(pickle)).getMessage();
    assertTrue(message.startsWith(file.path().toString()), message);
  }

  @Test
  void refusesEntriesThatAreCutOff() {
    byte[] key = PickledKey.bytes("arr_0");
    byte[] metadata = new PickledMetadata(new long[] {3}, DType.FLOAT64, 64).bytes();
    for (int cut = 0; cut < key.length; cut++) {
      byte[] part = Arrays.copyOf(key, cut);
      assertThrows(CorruptException.class, () -> key(part));
    }
    for (int cut = 0; cut < metadata.length; cut++) {
      byte[] part = Arrays.copyOf(metadata, cut);
      assertThrows(CorruptException.class, () -> metadata(part));
    }
  }
}
