package io.parallelsaver.npy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.MlDType;
import io.parallelsaver.testing.Golden;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NpyHeaderTest {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());

  @TempDir
  static Path scratch;

  static List<Golden> goldens() {
    return Golden.arrays();
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void readsWhatNumPyWrote(Golden golden) throws IOException {
    byte[] content = golden.content(scratch);
    NpyHeader header = NpyHeader.parse(ByteBuffer.wrap(content));

    ArraySpec spec = header.spec();
    String descr = spec.dtype().descr();
    assertEquals(
        golden.descr(),
        golden.descr().startsWith("sha256:")
            ? "sha256:" + Golden.sha256(descr.getBytes("UTF-8"))
            : descr);
    assertArrayEquals(golden.shape(), spec.shape());
    assertEquals(golden.order(), spec.order());
    assertEquals(golden.headerLength(), header.length());
    assertEquals(golden.version(), content[6] + "." + content[7]);
    assertEquals(golden.hasObject(), spec.dtype().hasObject());
    if (!golden.hasObject()) {
      assertEquals(content.length, header.length() + spec.byteSize());
    }
    assertEquals(
        golden.sha256(),
        Golden.sha256(Arrays.copyOfRange(content, header.length(), content.length)));
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void writesTheBytesThatNumPyWrote(Golden golden) throws IOException {
    byte[] content = golden.content(scratch);
    ArraySpec spec = NpyHeader.parse(ByteBuffer.wrap(content)).spec();
    assertArrayEquals(Arrays.copyOf(content, golden.headerLength()), NpyHeader.bytes(spec));
  }

  @Test
  @RequiresNumPy
  void writesTheBytesThatNumPyWritesForRandomSpecs() throws IOException {
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    for (ArraySpec spec : RandomSpecs.list(new Random(SEED), 300)) {
      headers.writeBytes(NpyHeader.bytes(spec));
    }
    Path file = Files.write(scratch.resolve("headers"), headers.toByteArray());
    String count = NumPy.run("""
        import ast, io
        from numpy.lib import format
        stream = open(sys.argv[1], 'rb')
        count = 0
        while stream.peek(1):
            start = stream.tell()
            version = format.read_magic(stream)
            size = int.from_bytes(stream.read(2 if version[0] == 1 else 4), 'little')
            text = stream.read(size).decode('utf8' if version[0] == 3 else 'latin1')
            end = stream.tell()
            stream.seek(start)
            ours = stream.read(end - start)
            fields = ast.literal_eval(text.strip())
            fields['descr'] = format.dtype_to_descr(format.descr_to_dtype(fields['descr']))
            theirs = io.BytesIO()
            np.lib._format_impl._write_array_header(theirs, fields)
            assert theirs.getvalue() == ours, (theirs.getvalue(), ours)
            count += 1
        print(count)
        """, file);
    assertEquals("300", count, "seed " + SEED);
  }

  @Test
  void readsTheSameDictionaryInEachVersion() {
    String text = "{'descr': '>i4', 'fortran_order': True, 'shape': (2, 3), }";
    for (int version = 1; version <= 3; version++) {
      assertEquals(
          "'>i4' (2, 3) F".replace("'", ""), parse(version, text).spec().toString());
    }
  }

  @Test
  void readsFieldNamesInTheCharsetOfEachVersion() {
    String text = "{'descr': [('\u00e9', '|i1')], 'fortran_order': False, 'shape': ()}";
    assertEquals(
        "[('\u00c3\u00a9', '|i1')]",
        NpyHeader.parse(Headers.of(2, text, "UTF-8")).spec().dtype().descr());
    assertEquals(
        "[('\u00e9', '|i1')]",
        NpyHeader.parse(Headers.of(3, text, "UTF-8")).spec().dtype().descr());
    assertEquals(
        "[('\u00e9', '|i1')]",
        NpyHeader.parse(Headers.of(1, text, "ISO-8859-1")).spec().dtype().descr());
    assertThrows(
        IllegalArgumentException.class, () -> NpyHeader.parse(Headers.of(3, text, "ISO-8859-1")));
  }

  @Test
  void readsHeadersOfPython2() {
    ArraySpec spec = parse(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (3L, 40L), }")
        .spec();
    assertEquals(ArraySpec.of(DType.FLOAT64, 3, 40), spec);
    ArraySpec fields = parse(
            1,
            "{'descr': [(u'a', u'<i4'), ('b', '|S3', (2L,))], 'fortran_order': False, 'shape': (1L,)}")
        .spec();
    assertEquals("[('a', '<i4'), ('b', '|S3', (2,))]", fields.dtype().descr());
  }

  @Test
  void writesDtypesAsNumPyDoesHoweverTheyWereRead() {
    ArraySpec spec = parse(
            1,
            "{'descr': [('a', '<f8', ()), ('b', '<m8[generic]'), ('c', '>M8[2generic]')], 'fortran_order': False, 'shape': ()}")
        .spec();
    assertEquals("[('a', '<f8'), ('b', '<m8'), ('c', '>M8')]", spec.dtype().descr());
  }

  @Test
  void readsASubarrayInEitherPlace() {
    ArraySpec spec = parse(
            1,
            "{'descr': [('m', ('<i2', (3,)), (2,)), ('n', ('<i2', 4))], 'fortran_order': False, 'shape': ()}")
        .spec();
    assertEquals(
        "[('m', ('<i2', (3,)), (2,)), ('n', '<i2', (4,))]", spec.dtype().descr());
    assertEquals(20, spec.byteSize());
  }

  @Test
  void readsAnyOrderOfKeysAndAnySpace() {
    ArraySpec wanted = ArraySpec.of(DType.INT32, 7);
    assertEquals(
        wanted,
        parse(1, "{\"shape\":(7 ,),\n 'fortran_order':False,'descr':\"<i4\"}").spec());
    assertEquals(
        wanted,
        parse(1, "  { 'shape' : ( 7, ) , 'descr' : 'i4' , 'fortran_order' : False , }\n\n")
            .spec());
    assertEquals(
        ArraySpec.of(DType.BOOL),
        parse(1, "{'descr': '?', 'fortran_order': False, 'shape': ( )}").spec());
  }

  @Test
  void readsFromTheBuffersPositionAndLeavesItThere() {
    byte[] header = NpyHeader.bytes(ArraySpec.of(DType.INT8, 5));
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(header.length + 20).position(7).put(header).position(7);
    assertTrue(NpyHeader.hasMagic(buffer));
    assertEquals(header.length, NpyHeader.length(buffer, NpyHeader.MAX_LENGTH));
    assertEquals(ArraySpec.of(DType.INT8, 5), NpyHeader.parse(buffer).spec());
    assertEquals(7, buffer.position());
    assertEquals(header.length + 20, buffer.limit());
  }

  @Test
  void growsToVersion2WhenTheDictionaryNeedsIt() {
    List<Integer> versions = new ArrayList<>();
    for (int fields : new int[] {1, 2000, 4000, 6000}) {
      ArraySpec spec = ArraySpec.of(RandomSpecs.wide(fields), 2);
      byte[] bytes = NpyHeader.bytes(spec);
      versions.add((int) bytes[6]);
      assertEquals(spec, NpyHeader.parse(ByteBuffer.wrap(bytes)).spec());
    }
    assertEquals(List.of(1, 1, 2, 2), versions);
  }

  private static NpyHeader parse(int version, String text) {
    return NpyHeader.parse(Headers.of(version, text, "ISO-8859-1"));
  }

  @Test
  void saysTheTypeThatNumPyHasNotInAComment() {
    for (MlDType type : MlDType.values()) {
      ArraySpec plain = ArraySpec.of(type.stored(), 3, 4);
      ArraySpec spec = type.stored(plain);
      byte[] header = NpyHeader.bytes(spec);
      String text = new String(header, StandardCharsets.ISO_8859_1);
      assertTrue(text.contains("}"), text);
      assertTrue(text.indexOf("# " + type) > text.indexOf('}'), text);
      assertEquals(0, header.length % 64);
      assertEquals(spec, NpyHeader.parse(ByteBuffer.wrap(header)).spec());
      assertEquals(NpyHeader.bytes(plain).length, header.length);
    }
  }

  @Test
  void leavesOtherCommentsAlone() {
    ArraySpec two = ArraySpec.of(MlDType.BFLOAT16.stored(), 3);
    for (String comment : List.of("# bfloat17", "#", "# float8_e4m3fn", "# bfloat16 or not")) {
      String text = "{'descr': '|V2', 'fortran_order': False, 'shape': (3,), } " + comment + "  \n";
      assertEquals(two, NpyHeader.parse(Headers.of(1, text, "ISO-8859-1")).spec(), comment);
    }
    String text = "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), } # bfloat16\n";
    assertEquals(
        ArraySpec.of(DType.FLOAT64, 3),
        NpyHeader.parse(Headers.of(1, text, "ISO-8859-1")).spec());
  }

  @Test
  void readsTheNameOfFloat8ThatNumPyRefuses() {
    for (String descr : List.of("<f1", "|f1", "f1")) {
      String text = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (3,), }\n";
      ArraySpec spec = NpyHeader.parse(Headers.of(1, text, "ISO-8859-1")).spec();
      assertEquals(MlDType.FLOAT8_E5M2.stored(ArraySpec.of(DType.UINT8, 3)), spec);
    }
  }
}
