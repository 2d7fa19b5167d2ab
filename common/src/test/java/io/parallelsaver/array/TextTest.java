package io.parallelsaver.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyFile;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextTest extends ArrayDataContract {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());
  private static final int[] LETTERS = {
    0, 'a', 0x80, 0xFF, 0x6E29, 0xD7FF, 0xE000, 0x1F600, 0x10FFFF
  };

  @TempDir
  Path directory;

  @Override
  List<Case> cases() {
    byte[] unicode = ByteBuffer.allocate(16)
        .order(ByteOrder.nativeOrder())
        .putInt('h')
        .putInt(8, 0x1F600)
        .putInt(12, 'i')
        .array();
    return List.of(
        new Case("U", NDArray.of(new String[] {"h", "\ud83d\ude00i"}).data(), unicode),
        new Case("S", NDArray.ofBytes(new byte[][] {{1, 2}, {}, {3, 4, 5}}).data(), new byte[] {
          1, 2, 0, 0, 0, 0, 3, 4, 5
        }),
        new Case("empty", NDArray.of(new String[0]).data(), new byte[0]));
  }

  @Test
  void readsBytesAsLatin1AndAsTheyAre() throws IOException {
    NDArray array = NpyArrays.golden("bytes.npy", directory);
    assertArrayEquals(new String[] {"", "abc", "\u00ff\0z"}, array.toStrings());
    assertEquals("abc", array.getString(1));
    assertArrayEquals(new byte[] {-1, 0, 'z'}, array.getBytes(2));
    assertArrayEquals(new byte[3], array.getBytes(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"unicode.npy", "unicode-big-endian.npy"})
  void readsUnicodeOfBothByteOrders(String file) throws IOException {
    NDArray array = NpyArrays.golden(file, directory);
    String[] expected = {"", "n\u00e9", "\u6e29\u5ea6\ud83d\ude00"};
    assertArrayEquals(expected, array.toStrings());
    assertArrayEquals(expected, (String[]) array.toArray());
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], array.getString(i));
    }
  }

  @Test
  void makesWhatNumPyMakesOfStrings() {
    assertEquals("<U1 () C", NDArray.of("").spec().toString());
    assertEquals("<U3 () C", NDArray.of("abc").spec().toString());
    assertEquals("<U1 (0,) C", NDArray.of(new String[0]).spec().toString());
    assertEquals("<U2 (2,) C", NDArray.of(new String[] {"a\0", ""}).spec().toString());
    assertEquals("<U1 (2, 0) C", NDArray.of(new String[2][0]).spec().toString());
    assertEquals("|S1 (1,) C", NDArray.ofBytes(new byte[0]).spec().toString());
    assertEquals("|S1 (0,) C", NDArray.ofBytes().spec().toString());
    assertEquals("abc", NDArray.of("abc").toNestedArray());
    String[][][] nested = {{{"a", "b"}}, {{"", "\ud83d\ude00"}}, {{"ccc", "d"}}};
    assertArrayEquals(nested, (String[][][]) NDArray.of(nested).toNestedArray());
    assertEquals("d", NDArray.of(nested).getString(2, 0, 1));
  }

  @Test
  void namesStringsThatItCannotMake() {
    assertRefused("element 3 of the strings", new String[][] {{"a", "b"}, {"c", null}});
    assertRefused("element [1] has length 1, expected 2", new String[][] {{"a", "b"}, {"c"}});
    assertRefused(
        "element 1 of the strings", "surrogate 0xD83D at char 2", new String[] {"a", "bc\ud83d"});
    assertRefused("surrogate 0xDE00 at char 0", new String[] {"\ude00\ud83d"});
    String message = assertThrows(
            IllegalArgumentException.class, () -> NDArray.ofBytes(new byte[2], null))
        .getMessage();
    assertTrue(message.contains("element 1"), message);
  }

  private static void assertRefused(String part, Object[] strings) {
    assertRefused(part, "", strings);
  }

  private static void assertRefused(String part, String other, Object[] strings) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> NDArray.of(strings)).getMessage();
    assertTrue(message.contains(part) && message.contains(other), message);
  }

  @Test
  void saysWhatIsNoCharacterAndWhere() {
    for (int point : new int[] {0xD800, 0xDFFF, 0x110000, -1}) {
      ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putInt(20, point);
      NDArray array = NDArray.of(ArraySpec.of(ScalarType.of('U', 12), 2), bytes);
      assertEquals("", array.getString(0));
      for (var failure : List.of(
          assertThrows(IllegalStateException.class, () -> array.getString(1)),
          assertThrows(IllegalStateException.class, array::toStrings))) {
        String expected = String.format(
            Locale.ROOT,
            "dtype <U3: found 0x%08X at byte 20 of the array, character 2 of its string",
            point);
        assertTrue(failure.getMessage().startsWith(expected), failure.getMessage());
      }
    }
  }

  @Test
  void readsStringsOfNoBytesAndOnesLongerThanABlock() {
    NDArray none = NDArray.of(ArraySpec.of(ScalarType.of('U', 0), 2, 3), ByteBuffer.allocate(0));
    assertArrayEquals(fill(6, ""), none.toStrings());
    assertEquals("", none.getString(1, 2));
    String[] texts = {"x".repeat(70_000), "y", "z".repeat(69_999)};
    assertArrayEquals(texts, NDArray.of(texts).toStrings());
  }

  private static String[] fill(int count, String text) {
    String[] texts = new String[count];
    Arrays.fill(texts, text);
    return texts;
  }

  private static String[] random(Random random, int count) {
    String[] texts = new String[count];
    for (int i = 0; i < count; i++) {
      int[] points =
          random.ints(random.nextInt(7), 0, LETTERS.length).map(j -> LETTERS[j]).toArray();
      texts[i] = new String(points, 0, points.length);
    }
    return texts;
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  @RequiresNumPy
  void readsRandomStringsAsNumPyDoes() {
    String printed = NumPy.run("""
        rng = np.random.default_rng(abs(int(sys.argv[2])))
        points = [0, 97, 0x80, 0xff, 0x6e29, 0xd7ff, 0xe000, 0x1f600, 0x10ffff]
        text = lambda: "".join(map(chr, rng.choice(points, rng.integers(0, 7))))
        a = np.array([text() for _ in range(24)]).reshape(2, 3, 4)
        b = np.array([bytes(rng.choice([0, 1, 97, 255], 5).tolist()) for _ in range(24)]).reshape(2, 3, 4)
        for name, array in ("<U", a), (">U", a.astype(a.dtype.newbyteorder(">"))), ("S", b):
            np.save(f"{sys.argv[1]}/{name}C.npy", array)
            np.save(f"{sys.argv[1]}/{name}F.npy", np.asfortranarray(array))
        for x in a.ravel(): print(x.encode().hex())
        for x in b.ravel(): print(bytes(x).decode("latin1").encode().hex())
        """, directory, SEED);
    List<String> expected = printed.lines().toList();
    assertEquals(48, expected.size());
    for (String name : List.of("<UC", "<UF", ">UC", ">UF", "SC", "SF")) {
      NDArray array = NpyFile.array(directory.resolve(name + ".npy"));
      List<String> some = name.startsWith("S") ? expected.subList(24, 48) : expected.subList(0, 24);
      assertEquals(
          some,
          Arrays.stream(array.toStrings()).map(TextTest::hex).toList(),
          name + " seed " + SEED);
      List<String> single = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        single.add(hex(array.getString(i / 12, i / 4 % 3, i % 4)));
      }
      assertEquals(some, single, name + " seed " + SEED);
    }
  }

  @Test
  @RequiresNumPy
  void writesRandomStringsAsNumPyDoes() throws IOException {
    Random random = new Random(SEED);
    String[][] texts = {random(random, 5), random(random, 5), random(random, 5)};
    byte[][] bytes = new byte[7][];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = new byte[random.nextInt(5)];
      random.nextBytes(bytes[i]);
    }
    NpyArrays.write(NDArray.of(texts), directory.resolve("u.npy"));
    NpyArrays.write(NDArray.ofBytes(bytes), directory.resolve("s.npy"));
    NumPy.run(
        """
        path, u, s, seed = sys.argv[1:]
        u = np.asarray([bytes.fromhex(x).decode() for x in u.split(",")]).reshape(3, 5)
        s = np.asarray([bytes.fromhex(x) for x in s.split(",")])
        for name, expected in ("u", u), ("s", s):
            found = np.load(f"{path}/{name}.npy")
            assert found.dtype == expected.dtype, (found.dtype, expected.dtype, seed)
            assert found.tobytes() == expected.tobytes(), (found, expected, seed)
            assert (found == expected).all(), seed
        """,
        directory,
        String.join(
            ",", Arrays.stream(texts).flatMap(Arrays::stream).map(TextTest::hex).toList()),
        String.join(",", Arrays.stream(bytes).map(HexFormat.of()::formatHex).toList()),
        SEED);
  }

  /** NumPy saves strings of any length, its {@code StringDType}, only as pickled objects. */
  @Test
  @RequiresNumPy
  void refusesNumPysStringsOfAnyLength() {
    NumPy.run(
        "np.save(sys.argv[1], np.array(['a', 'bc'], np.dtypes.StringDType()))",
        directory.resolve("t.npy"));
    String message = assertThrows(
            InputException.class, () -> NpyFile.array(directory.resolve("t.npy")))
        .getMessage();
    assertTrue(message.contains("dtype |O holds pickled Python objects"), message);
  }
}
