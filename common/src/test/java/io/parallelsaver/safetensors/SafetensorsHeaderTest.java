package io.parallelsaver.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.MlDType;
import io.parallelsaver.array.Region;
import io.parallelsaver.array.ScalarType;
import io.parallelsaver.array.StructType;
import io.parallelsaver.error.InputException;
import io.parallelsaver.safetensors.SafetensorsHeader.Tensor;
import io.parallelsaver.testing.Golden;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsHeaderTest {
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

  static byte[] golden(String name) {
    try (InputStream in =
        SafetensorsHeaderTest.class.getResourceAsStream("/golden-safetensors/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String[]> expected(String name) {
    return new String(golden("expected.tsv"), StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.split("\t"))
        .filter(column -> column[0].equals(name))
        .toList();
  }

  /** By hand, from the description of the format: 60 bytes of JSON, 16 bytes of data. */
  @Test
  void readsTheExampleOfTheFormatsOwnLibrary() {
    String json = "{\"test\":{\"dtype\":\"I32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}";
    byte[] content = ("<\0\0\0\0\0\0\0" + json + "\0".repeat(16)).getBytes(StandardCharsets.UTF_8);
    Tensor tensor = new Tensor("test", TensorType.I32, ArraySpec.of(DType.INT32, 2, 2), 8 + 60);
    SafetensorsHeader header = file.hold(content).read();
    assertEquals(new SafetensorsHeader(List.of(tensor), Map.of(), 68), header);
    assertEquals(84, header.fileSize());
    assertEquals(new Region(file.path(), 68, 16), tensor.region(file.path()));
  }

  @Test
  void writesTheSameButForThePadding() {
    Map<String, ArraySpec> arrays = Map.of("test", ArraySpec.of(DType.INT32, 2, 2));
    byte[] header = SafetensorsHeader.of(arrays, Map.of()).bytes();
    String json = "{\"test\":{\"dtype\":\"I32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}";
    String wanted = "x\0\0\0\0\0\0\0" + json + " ".repeat(128 - 8 - json.length());
    assertEquals(wanted, new String(header, StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"types", "shapes", "names", "nothing", "only-metadata"})
  void readsTheGoldens(String name) {
    byte[] content = golden(name + ".safetensors");
    SafetensorsHeader header = file.hold(content).read();
    List<String[]> wanted = expected(name);
    assertEquals(wanted.size(), header.tensors().size());
    assertEquals(content.length, header.fileSize());
    for (int i = 0; i < wanted.size(); i++) {
      String[] column = wanted.get(i);
      Tensor tensor = header.tensors().get(i);
      assertEquals(column[2], tensor.type().name());
      assertEquals(column[3], tensor.spec().dtype().toString());
      assertEquals(column[4], shape(tensor.spec().shape()));
      assertEquals(Long.parseLong(column[5]), tensor.offset());
      byte[] data = Arrays.copyOfRange(content, (int) tensor.offset(), (int) tensor.end());
      assertEquals(column[6], Golden.sha256(data));
    }
  }

  private static String shape(long[] shape) {
    return shape.length == 0 ? "()" : Arrays.toString(shape).replaceAll("[\\[\\] ]", "");
  }

  @Test
  void readsNamesAndMetadata() {
    SafetensorsHeader header = file.hold(golden("names.safetensors")).read();
    List<String> names = header.tensors().stream().map(Tensor::name).toList();
    assertEquals(
        List.of(
                "",
                "a/b\\c",
                "gr\u00f6\u00dfe",
                "say \"hi\"\n\u0001",
                "\u007f",
                "\u6e29\u5ea6\ud83d\ude00")
            .stream()
            .sorted(java.util.Comparator.comparing(
                text -> text.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned))
            .toList(),
        names);
    assertEquals(Map.of("format", "np", "gr\u00f6\u00dfe", "\t\"x\""), header.metadata());
    assertEquals(
        Map.of("a", "b"), file.hold(golden("only-metadata.safetensors")).read().metadata());
  }

  /** Padding apart, what the independent writer of the goldens writes. */
  @ParameterizedTest
  @ValueSource(strings = {"types", "shapes", "nothing"})
  void writesTheGoldens(String name) {
    byte[] content = golden(name + ".safetensors");
    SafetensorsHeader read = file.hold(content).read();
    Map<String, ArraySpec> arrays = new HashMap<>();
    read.tensors().forEach(tensor -> arrays.put(tensor.name(), tensor.spec()));
    SafetensorsHeader header = SafetensorsHeader.of(arrays, read.metadata());
    assertEquals(text(content, read), text(header.bytes(), header));
    assertEquals(content.length - read.dataOffset(), header.fileSize() - header.dataOffset());
  }

  private static String text(byte[] content, SafetensorsHeader header) {
    return new String(content, 8, (int) header.dataOffset() - 8, StandardCharsets.UTF_8).strip();
  }

  private static void random(Random random, Map<String, ArraySpec> arrays) {
    for (int i = random.nextInt(8); i >= 0; i--) {
      TensorType type = TensorType.values()[random.nextInt(TensorType.values().length)];
      long[] shape = random.longs(random.nextInt(4), 0, 5).toArray();
      String name = "t" + random.nextInt(1000) + "\"\\\u00e9\u6e29\n".substring(random.nextInt(5));
      arrays.put(name, type.spec(shape));
    }
  }

  @Test
  @RequiresNumPy
  void anIndependentReaderReadsWhatItWrites() throws IOException {
    Random random = new Random(SEED);
    StringBuilder table = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      Map<String, ArraySpec> arrays = new LinkedHashMap<>();
      random(random, arrays);
      SafetensorsHeader header =
          SafetensorsHeader.of(arrays, i % 2 == 0 ? Map.of() : Map.of("k\n", "v\u00e9"));
      byte[] content = new byte[(int) header.fileSize()];
      random.nextBytes(content);
      System.arraycopy(header.bytes(), 0, content, 0, header.bytes().length);
      Files.write(scratch.resolve(i + ".safetensors"), content);
      for (Tensor tensor : header.tensors()) {
        byte[] data = Arrays.copyOfRange(content, (int) tensor.offset(), (int) tensor.end());
        ArraySpec spec = arrays.get(tensor.name());
        String name = tensor.name().replace("\n", "\\n");
        table
            .append(String.join(
                "\t",
                i + ".safetensors",
                name,
                spec.dtype().toString(),
                shape(spec.shape()),
                Golden.sha256(data)))
            .append('\n');
      }
    }
    Files.writeString(scratch.resolve("table"), table);
    String count = NumPy.run("""
        import hashlib, json, os, struct
        TYPES = dict(BOOL='|b1', U8='|u1', I8='|i1', I16='<i2', U16='<u2', F16='<f2', BF16='|V2', I32='<i4', U32='<u4',
                     F32='<f4', C64='<c8', F64='<f8', I64='<i8', U64='<u8')
        def unique(pairs):
            assert len(dict(pairs)) == len(pairs), pairs
            return dict(pairs)
        def read(path):
            with open(path, 'rb') as stream:
                content = stream.read()
            n, = struct.unpack('<Q', content[:8])
            assert content[8:9] == b'{' and (8 + n) % 64 == 0 and n <= len(content) - 8
            header = json.loads(content[8:8 + n].decode('utf-8'), object_pairs_hook=unique)
            metadata = header.pop('__metadata__', {})
            assert metadata in ({}, {'k\\n': 'v\\u00e9'}), metadata
            end = 0
            for name, tensor in sorted(header.items(), key=lambda item: item[1]['data_offsets']):
                assert set(tensor) == {'dtype', 'shape', 'data_offsets'}
                dtype = np.dtype(TYPES.get(tensor['dtype'], '|V1'))
                begin, after = tensor['data_offsets']
                assert begin == end
                end = after
                yield name, np.frombuffer(content[8 + n + begin:8 + n + after], dtype).reshape(tensor['shape'])
            assert 8 + n + end == len(content)
        wanted = {}
        with open(os.path.join(sys.argv[1], 'table'), encoding='utf-8') as table:
            for line in table:
                file, name, *rest = line[:-1].split('\\t')
                wanted[file, name] = rest
        count = 0
        for file in os.listdir(sys.argv[1]):
            if file[0].isdigit():
                for name, array in read(os.path.join(sys.argv[1], file)):
                    shape = ','.join(map(str, array.shape)) or '()'
                    found = [array.dtype.str, shape, hashlib.sha256(array.tobytes()).hexdigest()]
                    assert wanted[file, name.replace('\\n', '\\\\n')] == found, (file, name, found)
                    count += 1
        assert count == len(wanted)
        print(count)
        """, scratch);
    assertEquals(String.valueOf(table.toString().lines().count()), count, "seed " + SEED);
  }

  @Test
  void placesMoreThanFourGibibytes() {
    Map<String, ArraySpec> arrays = Map.of(
        "a", ArraySpec.of(DType.UINT8, 3),
        "b", ArraySpec.of(DType.FLOAT64, 1L << 40),
        "c", ArraySpec.of(DType.FLOAT64, 1));
    SafetensorsHeader header = SafetensorsHeader.of(arrays, Map.of());
    long start = header.dataOffset();
    assertEquals(
        List.of(start, start + (8L << 40), start + (8L << 40) + 8),
        header.tensors().stream().map(Tensor::offset).toList());
    assertArrayEquals(
        new String[] {"b", "c", "a"},
        header.tensors().stream().map(Tensor::name).toArray());
  }

  @Test
  void readsAndWritesManyTensors() {
    Map<String, ArraySpec> arrays = new LinkedHashMap<>();
    for (int i = 0; i < 50_000; i++) {
      arrays.put("layer." + i, ArraySpec.of(DType.FLOAT16, 1));
    }
    SafetensorsHeader header = SafetensorsHeader.of(arrays, Map.of());
    byte[] content = Arrays.copyOf(header.bytes(), (int) header.fileSize());
    assertEquals(header, file.hold(content).read());
  }

  static Stream<Arguments> withoutCounterpart() {
    DType big = new ScalarType('f', 8, ByteOrder.BIG_ENDIAN, "");
    return Stream.of(
        Arguments.of(ArraySpec.of(big, 2), "has dtype >f8, .* convert it to little endian"),
        Arguments.of(ArraySpec.of(scalar('S', 3)), "has dtype |S3, .* save the characters"),
        Arguments.of(ArraySpec.of(scalar('U', 8)), "has dtype <U2, .* save the characters"),
        Arguments.of(
            ArraySpec.of(new ScalarType('M', 8, ByteOrder.LITTLE_ENDIAN, "[us]")),
            "has dtype <M8.us., .* save a.view..i8.., and its unit"),
        Arguments.of(ArraySpec.of(scalar('f', 16)), "has dtype <f16, .* convert it to float64"),
        Arguments.of(ArraySpec.of(scalar('c', 16)), "has dtype <c16, .* convert it to complex64"),
        Arguments.of(ArraySpec.of(scalar('V', 2)), "has dtype .V2, .* say which type"),
        Arguments.of(ArraySpec.of(scalar('O', 8)), "has dtype .O, .* convert it to numbers"),
        Arguments.of(
            ArraySpec.of(new StructType(List.of(new StructType.Field("x", null, DType.INT8)))),
            "has dtype \\[\\('x', '.i1'\\)\\], .* save each of its fields"),
        Arguments.of(
            new ArraySpec(DType.INT8, new long[] {2, 3}, true),
            "is in Fortran order, .*contiguous"));
  }

  private static DType scalar(char kind, long itemSize) {
    return new ScalarType(kind, itemSize, ByteOrder.LITTLE_ENDIAN, "");
  }

  @ParameterizedTest
  @MethodSource("withoutCounterpart")
  void refusesArraysThatHaveNoCounterpart(ArraySpec spec, String expected) {
    Map<String, ArraySpec> arrays = Map.of("weights", spec);
    String message = assertThrows(
            InputException.class, () -> SafetensorsHeader.of(arrays, Map.of()))
        .getMessage();
    assertTrue(message.matches("array 'weights' " + expected.replace("|", "\\|") + ".*"), message);
  }

  @Test
  void takesFortranOrderWhereItIsCOrderToo() {
    for (long[] shape : new long[][] {{}, {5}, {1, 5}, {5, 1, 1}, {2, 0, 3}}) {
      Map<String, ArraySpec> arrays = Map.of("a", new ArraySpec(DType.INT8, shape, true));
      SafetensorsHeader header = SafetensorsHeader.of(arrays, Map.of());
      assertEquals(ArraySpec.of(DType.INT8, shape), header.tensors().get(0).spec());
    }
  }

  @Test
  void refusesATypeThatTheFormatHasNot() {
    ArraySpec spec = MlDType.INT4.stored(ArraySpec.of(DType.INT8, 3));
    InputException refusal =
        assertThrows(InputException.class, () -> SafetensorsHeader.of(Map.of("a", spec), Map.of()));
    assertTrue(
        refusal.getMessage().startsWith("array 'a' is int4, which has no counterpart"),
        refusal.getMessage());
  }

  @Test
  void refusesNamesThatCannotBe() {
    for (String name : List.of("__metadata__", "a\ud83d")) {
      Map<String, ArraySpec> arrays = Map.of(name, ArraySpec.of(DType.INT16, 1));
      assertThrows(InputException.class, () -> SafetensorsHeader.of(arrays, Map.of()));
    }
  }
}
