package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.testing.Golden;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real NumPy reads what we save, and we restore what it saves: value, dtype, shape and order. */
@RequiresNumPy
class NumPyJudgeTest {
  /** Arrays of all numeric dtypes, byte orders, memory orders and sorts of shape, as a dictionary {@code arrays}. */
  private static final String MAKE = """
      rng = np.random.default_rng(7)
      arrays = {}
      for kind in ['?'] + [o + t for o in '<>' for t in 'b h i q B H I Q e f d F D'.split()]:
          for shape in [(), (0,), (3, 0, 2), (7,), (5, 3), (2, 3, 4), (3, 40001)]:
              for order in 'CF':
                  raw = rng.integers(0, 2 if kind == '?' else 256, int(np.prod(shape)) * np.dtype(kind).itemsize, np.uint8)
                  arrays['k%d' % len(arrays)] = np.ndarray(shape, kind, raw.tobytes(), order=order)
      """;

  @TempDir
  Path directory;

  @ParameterizedTest
  @ValueSource(ints = {64, 4096, 0})
  void numpyReadsWhatWeSave(int alignment) throws IOException {
    NamedArrays arrays = Samples.everyKind();
    Path target = directory.resolve("ours.npz");
    try (Saver saver =
        Saver.open(TestArrays.options(directory, 2).withProfile(new Profile(alignment)))) {
      saver.save(target, arrays);
    }
    List<String> expected = new ArrayList<>();
    arrays.asMap().forEach((key, array) -> expected.add(line(key, array)));
    Path table = Files.write(directory.resolve("expected.txt"), expected);
    String printed = NumPy.run("""
            data = np.load(sys.argv[1])
            lines = open(sys.argv[2]).read().splitlines()
            assert data.files == [line.split(';')[0] for line in lines]
            for line in lines:
                key, descr, shape, order, raw = line.split(';')
                a = data[key]
                expected = np.ndarray(eval(shape), eval(descr), bytes.fromhex(raw), order=order)
                assert a.dtype == expected.dtype and a.dtype.byteorder == expected.dtype.byteorder, key
                assert a.shape == expected.shape, key
                assert a.flags.c_contiguous == expected.flags.c_contiguous, key
                assert a.flags.f_contiguous == expected.flags.f_contiguous, key
                assert a.tobytes('A') == expected.tobytes('A'), key
            print(len(lines))
            """, target, table);
    assertEquals(Integer.toString(arrays.asMap().size()), printed);
  }

  private static String line(String key, NDArray array) {
    String raw = HexFormat.of().formatHex(array.toBytes().array());
    return String.join(
        ";",
        key,
        array.dtype().descr(),
        PythonText.tuple(array.shape()),
        "" + array.spec().order(),
        raw);
  }

  @ParameterizedTest
  @ValueSource(strings = {"savez", "savez_compressed"})
  void weRestoreWhatNumpySaves(String function) throws IOException {
    Path source = directory.resolve("numpy.npz");
    String[] table = NumPy.run(MAKE + """
                    import hashlib
                    getattr(np, sys.argv[2])(sys.argv[1], **arrays)
                    for key, a in arrays.items():
                        order = 'F' if a.flags.f_contiguous and not a.flags.c_contiguous else 'C'
                        sha = hashlib.sha256(a.tobytes('A')).hexdigest()
                        print(key, repr(a.dtype.str), ','.join(map(str, a.shape)), order, sha, sep=';')
                    """, source, function).split("\n");
    Path files = directory.resolve("files");
    try (Saver saver = Saver.open(TestArrays.options(directory, 2))) {
      RestoredArrays restored = saver.restore(source);
      assertEquals(table.length, restored.size());
      for (String line : table) {
        String[] column = line.split(";", -1);
        NDArray array = restored.get(column[0]);
        assertEquals(column[1], array.dtype().descr(), column[0]);
        assertEquals(
            column[2], PythonText.tuple(array.shape()).replaceAll("[() ]|,\\)", ""), column[0]);
        assertEquals(column[3], "" + array.spec().order(), column[0]);
        assertEquals(column[4], Golden.sha256(array.toBytes().array()), column[0]);
      }
      Saver.await(saver.restoreToDirectory(source, files, null, ProgressListener.NONE));
    }
    assertEquals(Integer.toString(table.length), NumPy.run("""
            import os
            data = np.load(sys.argv[1])
            for key in data.files:
                a, b = data[key], np.load(os.path.join(sys.argv[2], key + '.npy'))
                assert a.dtype == b.dtype and a.shape == b.shape and a.tobytes('A') == b.tobytes('A'), key
                assert a.flags.f_contiguous == b.flags.f_contiguous, key
            print(len(os.listdir(sys.argv[2])))
            """, source, files));
  }

  @Test
  void savingWhatNumpySavedGivesNumpysBytes() throws IOException {
    Path theirs = directory.resolve("theirs.npz");
    NumPy.run(MAKE + "np.savez(sys.argv[1], **arrays)", theirs);
    Path ours = directory.resolve("ours.npz");
    try (Saver saver = Saver.open(TestArrays.options(directory, 2).withProfile(Profile.NUMPY))) {
      Map<String, NDArray> restored = saver.restore(theirs);
      saver.save(ours, NamedArrays.of(restored));
    }
    assertTrue(Files.mismatch(theirs, ours) == -1, "differ at " + Files.mismatch(theirs, ours));
  }
}
