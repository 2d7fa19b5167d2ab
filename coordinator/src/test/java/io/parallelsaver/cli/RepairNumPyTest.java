package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that NumPy wrote, cut off somewhere; NumPy judges what is brought out. */
@RequiresNumPy
class RepairNumPyTest {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());
  private static final int CUTS = Integer.getInteger("repair.cuts", 64);
  private static final List<String> MADE = List.of("savez", "compressed", "zip32", "streamed");

  @TempDir
  Path directory;

  private Path shared;

  @BeforeEach
  void makeDirectory() throws IOException {
    shared = Files.createDirectory(directory.resolve("shared"));
  }

  private Cli repair(Path source, Path target, String... more) {
    List<Object> all = new ArrayList<>(List.of("repair", source, target));
    all.addAll(List.of(more));
    all.addAll(List.of("--shared-memory", shared));
    return Cli.run(all.toArray());
  }

  @Test
  void cutsAnywhere() throws IOException {
    NumPy.run("""
        import io, os, zipfile
        os.chdir(sys.argv[1])
        rng = np.random.default_rng(int(sys.argv[2]) % 2**63)
        arrays = {'noise': rng.random(3000), 'zeros': np.zeros((40, 60)), 'f': np.asfortranarray(rng.integers(0, 9, (50, 30))),
                  'text': np.array(['a', 'bcd'] * 200), 'zero-d': np.array(5), 'empty': np.zeros((0, 3)), 'last': rng.random((20, 30))}
        np.savez('savez.npz', **arrays)
        np.savez_compressed('compressed.npz', **arrays)
        class Unseekable(io.RawIOBase):
            def __init__(self, f): self.f = f
            def writable(self): return True
            def seekable(self): return False
            def write(self, b): return self.f.write(b)
        with zipfile.ZipFile('zip32.npz', 'w') as z, open('streamed.npz', 'wb') as f, zipfile.ZipFile(Unseekable(f), 'w', zipfile.ZIP_DEFLATED) as s:
            for k, a in arrays.items():
                b = io.BytesIO()
                np.save(b, a)
                z.writestr(k + '.npy', b.getvalue())
                s.writestr(k + '.npy', b.getvalue())
        assert sorted(os.listdir('.')) == ['compressed.npz', 'savez.npz', 'shared', 'streamed.npz', 'zip32.npz']
        """, directory, SEED);
    Random random = new Random(SEED);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < CUTS; i++) {
      String made = MADE.get(i % MADE.size());
      byte[] whole = Files.readAllBytes(directory.resolve(made + ".npz"));
      int length = 1 + random.nextInt(whole.length - 1);
      Path cut = Files.write(directory.resolve("cut.npz"), Arrays.copyOf(whole, length));
      Path target = directory.resolve("target-" + i + ".npz");
      repair(cut, target).exits(3);
      lines.add(made + " " + length + " " + target.getFileName());
    }
    Files.write(directory.resolve("cuts"), lines);
    String judged = NumPy.run("""
        import os, struct, zipfile
        os.chdir(sys.argv[1])
        found = lost = 0
        for line in open('cuts'):
            made, length, target = line.split()
            raw = open(made + '.npz', 'rb').read()
            want = np.load(made + '.npz')
            got = np.load(target) if os.path.exists(target) else {}
            for k in got:
                assert got[k].dtype == want[k].dtype and got[k].flags.f_contiguous == want[k].flags.f_contiguous, (line, k)
                assert np.array_equal(got[k], want[k]), (line, k)
            for m in zipfile.ZipFile(made + '.npz').infolist():
                n, x = struct.unpack_from('<HH', raw, m.header_offset + 26)
                end = m.header_offset + 30 + n + x + m.compress_size + (24 if m.flag_bits & 8 else 0)
                there = m.filename[:-4] in got
                found, lost = found + there, lost + (not there)
                assert there or end > int(length), (line, m.filename, end)
                assert not there or m.header_offset < int(length), (line, m.filename)
        print(found, 'found,', lost, 'lost')
        """, directory);
    System.out.println("repair: " + CUTS + " cuts of NumPy's archives, all right, arrays " + judged
        + ", seed " + SEED);
    assertTrue(judged.matches("[1-9][0-9]* found, [1-9][0-9]* lost"), judged + ", seed " + SEED);
  }

  @Test
  void bringsOutTheRowsThatAreThere() throws IOException {
    NumPy.run("""
        import os
        os.chdir(sys.argv[1])
        a = np.arange(3000.).reshape(100, 30)
        np.savez('c.npz', whole=np.arange(5), a=a)
        np.savez('f.npz', whole=np.arange(5), a=np.asfortranarray(a))
        np.save('n.npy', a)
        for name, last in ('c.npz', a.nbytes), ('f.npz', a.nbytes), ('n.npy', a.nbytes):
            raw = open(name, 'rb').read()
            start = raw.index(a.tobytes('F' if name[0] == 'f' else 'C'))
            # 17 columns are whole in Fortran order; 57 rows in C order.
            open(name, 'wb').write(raw[:start + (17 * 800 + 9 if name[0] == 'f' else 57 * 240 + 9)])
        """, directory);
    Path target = directory.resolve("target.npz");
    Cli said = repair(directory.resolve("c.npz"), target).exits(3);
    assertTrue(said.out().contains("57 of its 100 rows are there"), said.out());
    assertEquals("['whole']", NumPy.run("print(np.load(sys.argv[1]).files)", target));
    Cli rows = repair(directory.resolve("c.npz"), target, "--rows").exits(3);
    assertTrue(rows.err().contains("first rows of what is cut off"), rows.err());
    judge(target, "['whole', 'a[:57]']", "a[:57]", "a[:57]");
    repair(directory.resolve("f.npz"), target, "--rows").exits(3);
    judge(target, "['whole', 'a[..., :17]']", "a[..., :17]", "np.asfortranarray(a)[..., :17]");
    Cli file = repair(directory.resolve("n.npy"), target).exits(3);
    assertTrue(file.err().contains("--rows brings out"), file.err());
    repair(directory.resolve("n.npy"), target, "--rows").exits(3);
    judge(target, "['n[:57]']", "n[:57]", "a[:57]");
  }

  private static void judge(Path target, String files, String key, String expression) {
    NumPy.run("""
        got = np.load(sys.argv[1])
        assert str(got.files) == sys.argv[2], got.files
        a = np.arange(3000.).reshape(100, 30)
        want = eval(sys.argv[4])
        one = got[sys.argv[3]]
        assert one.flags.f_contiguous == want.flags.f_contiguous and np.array_equal(one, want)
        """, target, files, key, expression);
  }
}
