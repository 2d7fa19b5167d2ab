package io.parallelsaver.spark;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples, as they are run; NumPy has written what they read, and looks at what they write. */
@RequiresNumPy
class ExampleTest {
  private static final String ARRAYS = """
      import glob
      r = np.random.default_rng(5)
      want = {'x': r.standard_normal((6, 4)), 'label': np.array([2, 1, 2, 3, 2, 1]),
              'n': r.integers(0, 9, (3, 2, 2)).astype('u2'), 'scalar': np.array(3.5)}
      """;

  private static final String JUDGE = """
      got = {}
      for f in glob.glob(sys.argv[1] + '/*.npz'):
          got.update(np.load(f))
      assert got.keys() == want.keys(), got.keys()
      for k, v in want.items():
          assert got[k].dtype == v.dtype and np.array_equal(got[k], v), k
      """;

  @TempDir
  Path folder;

  @Test
  void java() {
    run(Submitted.java(folder, Path.of("examples", "Arrays.java"), source(), target()));
    NumPy.run(ARRAYS + "want['counts'] = np.array([4, 7])\n" + JUDGE, target());
  }

  /** Says why it is not done where there is no PySpark. */
  @Test
  void python() {
    String missing = Submitted.missingPySpark();
    assumeTrue(missing == null, missing);
    run(Submitted.python(folder, Path.of("examples", "arrays.py"), source(), target()));
    NumPy.run(
        ARRAYS
            + "want.update({k + '.sum': v.sum(axis=0) for k, v in want.items() if v.ndim})\n"
            + JUDGE,
        target());
  }

  private Path source() {
    Path source = folder.resolve("source.npz");
    NumPy.run(ARRAYS + "np.savez(sys.argv[1], **want)", source);
    return source;
  }

  private Path target() {
    return folder.resolve("target");
  }

  /** The tables that both print. */
  private static void run(List<String> said) {
    String text = String.join("\n", said);
    assertTrue(text.contains("|scalar|  <f8|       []|"), text);
    assertTrue(
        text.matches("(?s).*\\|\\s*1\\|\\s*2\\|.*\\|\\s*2\\|\\s*3\\|.*\\|\\s*3\\|\\s*1\\|.*"),
        text);
  }
}
