package io.parallelsaver.pickle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.Region;
import io.parallelsaver.array.ScalarType;
import io.parallelsaver.array.StructType;
import io.parallelsaver.array.StructType.Field;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.pickle.PickledArray.Encoding;
import io.parallelsaver.pickle.PickledArray.Framing;
import io.parallelsaver.pickle.PickledArray.Located;
import io.parallelsaver.testing.Golden;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PickledArrayTest {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());

  @TempDir
  Path scratch;

  static List<PickleGolden> goldens() {
    return PickleGolden.all("array");
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void findsTheArrayThatPythonDumped(PickleGolden golden) throws IOException {
    try (PickleFile file = new PickleFile(scratch.resolve("array"))) {
      Located located = file.hold(golden.pickle()).locate();
      ArraySpec spec = located.spec();
      assertEquals(golden.columns().get(0), spec.dtype().descr());
      assertArrayEquals(PickleGolden.shape(golden.columns().get(1)), spec.shape());
      assertEquals(golden.columns().get(2), String.valueOf(spec.order()));
      assertEquals(golden.columns().get(3), Golden.sha256(file.data(located)));
      boolean encoded = golden.protocol() == 2 && spec.byteSize() > 0;
      assertEquals(encoded ? Encoding.LATIN1 : Encoding.RAW, located.encoding());
    }
  }

  static List<PickleGolden> refused() {
    return PickleGolden.all("refused");
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesWhatIsNoPlainArray(PickleGolden golden) {
    try (PickleFile file = new PickleFile(scratch.resolve("array"))) {
      file.hold(golden.pickle());
      String message = assertThrows(InputException.class, file::locate).getMessage();
      assertTrue(message.startsWith(file.path().toString()), message);
      assertTrue(message.contains(golden.columns().get(0)), message);
    }
  }

  @Test
  @RequiresNumPy
  void pythonLoadsWhatItFrames() throws IOException {
    Random random = new Random(SEED);
    List<ArraySpec> specs = new ArrayList<>();
    for (DType each : RandomArrays.scalars()) {
      specs.add(ArraySpec.of(each, 3));
    }
    for (DType each : List.of(DType.INT8, DType.FLOAT64)) {
      specs.add(ArraySpec.of(each));
      specs.add(ArraySpec.of(each, 0));
      specs.add(new ArraySpec(each, new long[] {3, 0, 2}, true));
      specs.add(new ArraySpec(each, new long[] {2, 3, 4}, true));
      specs.add(ArraySpec.of(each, 1000, 33));
    }
    specs.add(ArraySpec.of(new StructType(List.of()), 4));
    specs.add(ArraySpec.of(wide(3000), 2));
    while (specs.size() < 400) {
      specs.add(RandomArrays.spec(random));
    }
    for (int i = 0; i < specs.size(); i++) {
      byte[] data = RandomArrays.data(random, specs.get(i));
      Files.write(scratch.resolve(i + ".dat"), content(PickledArray.framing(specs.get(i)), data));
      Files.write(
          scratch.resolve(i + ".npy"), content(NpyHeader.bytes(specs.get(i)), data, new byte[0]));
    }
    String judged = NumPy.run("""
        import io, os, pickle, pickletools, warnings
        warnings.simplefilter('error')
        count = int(sys.argv[2])
        for i in range(count):
            path = os.path.join(sys.argv[1], str(i))
            with open(path + '.dat', 'rb') as file:
                array = pickle.load(file)
                file.seek(0)
                content = file.read()
            slow = pickle._loads(content)
            pickletools.dis(content, io.StringIO())
            wanted = np.load(path + '.npy', max_header_size=10**9)
            for found in array, slow:
                assert type(found) is np.ndarray and found.flags.writeable, path
                assert found.dtype == wanted.dtype and found.dtype.str == wanted.dtype.str, (path, found.dtype)
                assert repr(found.dtype) == repr(wanted.dtype), (path, found.dtype, wanted.dtype)
                assert found.shape == wanted.shape, (path, found.shape)
                assert found.flags.c_contiguous == wanted.flags.c_contiguous, path
                assert found.flags.f_contiguous == wanted.flags.f_contiguous, path
                assert found.tobytes('A') == wanted.tobytes('A'), path
        print(count)
        """, scratch, specs.size());
    assertEquals(String.valueOf(specs.size()), judged, "seed " + SEED);
  }

  @Test
  @RequiresNumPy
  void findsWhatPythonDumpsOfRandomArrays() throws IOException {
    Random random = new Random(SEED);
    for (int i = 0; i < 200; i++) {
      ArraySpec spec = i == 0 ? ArraySpec.of(wide(3000), 1) : RandomArrays.spec(random);
      byte[] data = RandomArrays.data(random, spec);
      Files.write(scratch.resolve(i + ".npy"), content(NpyHeader.bytes(spec), data, new byte[0]));
    }
    NumPy.run("""
        import os, pickle
        for i in range(200):
            path = os.path.join(sys.argv[1], str(i))
            array = np.load(path + '.npy', max_header_size=10**9)
            np.save(path + '.npy', array)
            for protocol in range(2, 6):
                with open(path + '.' + str(protocol), 'wb') as out:
                    pickle.dump(array, out, protocol)
        """, scratch);
    for (int i = 0; i < 200; i++) {
      byte[] npy = Files.readAllBytes(scratch.resolve(i + ".npy"));
      NpyHeader header = NpyHeader.parse(ByteBuffer.wrap(npy));
      for (int protocol = 2; protocol <= 5; protocol++) {
        try (PickleFile file = new PickleFile(scratch.resolve(i + "." + protocol))) {
          Located located = file.locate();
          assertEquals(header.spec(), located.spec(), "seed " + SEED);
          assertArrayEquals(
              Arrays.copyOfRange(npy, header.length(), npy.length), file.data(located));
        }
      }
    }
  }

  /** Its file is sparse: nothing is stored but the framing. */
  @Test
  void framesAndFindsMoreThanFourGibibytes() throws IOException {
    ArraySpec spec = ArraySpec.of(DType.FLOAT64, 5, 1L << 30);
    Framing framing = PickledArray.framing(spec);
    try (PickleFile file = new PickleFile(scratch.resolve("large"))) {
      file.hold(framing.before());
      long end = framing.before().length + spec.byteSize();
      file.channel().write(ByteBuffer.wrap(framing.after()), end);
      Region wanted = new Region(file.path(), framing.before().length, 5L << 33);
      assertEquals(new Located(spec, wanted, Encoding.RAW), file.locate());
    }
  }

  /** By hand: what Python 2 writes, whose {@code str} is text and bytes, and whose memo begins at 1. */
  @Test
  void findsAnArrayOfPython2() throws IOException {
    byte[] pickle =
        ("\u0080\2cnumpy.core.multiarray\n_reconstruct\nq\1cnumpy\nndarray\nq\2K\0\u0085U\1b\u0087Rq\3"
                + "(K\1\u008a\1\2\u0085cnumpy\ndtype\nq\4U\2u1K\0K\1\u0087Rq\5(K\3U\1|NNNJ\u00ff\u00ff\u00ff\u00ffJ"
                + "\u00ff\u00ff\u00ff\u00ffK\0tb\u0089U\2\u00ffAtb.")
            .getBytes("ISO-8859-1");
    try (PickleFile file = new PickleFile(scratch.resolve("array"))) {
      Located located = file.hold(pickle).locate();
      assertEquals(ArraySpec.of(DType.UINT8, 2), located.spec());
      assertArrayEquals(new byte[] {-1, 'A'}, file.data(located));
    }
  }

  @Test
  void doesNotFrameObjects() {
    DType object = new ScalarType('O', 8, ByteOrder.LITTLE_ENDIAN, "");
    assertThrows(InputException.class, () -> PickledArray.framing(ArraySpec.of(object, 1)));
    DType inside = new StructType(List.of(new Field("a", null, object)));
    assertThrows(InputException.class, () -> PickledArray.framing(ArraySpec.of(inside, 1)));
  }

  private static DType wide(int fields) {
    ScalarType big = new ScalarType('i', 2, ByteOrder.BIG_ENDIAN, "");
    return new StructType(IntStream.range(0, fields)
        .mapToObj(i -> new Field("field_" + i, null, big))
        .toList());
  }

  private static byte[] content(Framing framing, byte[] data) {
    return content(framing.before(), data, framing.after());
  }

  private static byte[] content(byte[] before, byte[] data, byte[] after) {
    return ByteBuffer.allocate(before.length + data.length + after.length)
        .put(before)
        .put(data)
        .put(after)
        .array();
  }
}
