package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.NumPyTable.Row;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.output.Durability;
import io.parallelsaver.pool.PoolOptions;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.safetensors.TensorType;
import io.parallelsaver.stored.Format;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Thousands of random arrays over all kinds, byte orders, memory orders, shapes and names that NumPy can save, each through every
 * format, with NumPy as the judge of every bit. {@code matrix.py} says what is in them; {@code -Dmatrix.seed=N} makes the same again,
 * {@code -Dmatrix.count=N} fewer or more.
 */
@RequiresNumPy
class NumPyMatrixTest {
  private static final int COUNT = Integer.getInteger("matrix.count", 2_100);
  private static final int SEED = Integer.getInteger("matrix.seed", new Random().nextInt(1 << 30));

  @TempDir
  static Path directory;

  private static Saver saver;
  private static int batches;

  @BeforeAll
  static void make() {
    System.out.println("matrix.seed=" + SEED);
    String[] made = NumPyTable.run("matrix", "make", SEED, COUNT, directory).split("\n");
    batches = Integer.parseInt(made[made.length - 1]);
    saver = Saver.open(options(PoolOptions.CHUNK_SIZE));
  }

  @AfterAll
  static void close() {
    saver.close();
  }

  private static SaverOptions options(int chunkSize) {
    PoolOptions pool =
        PoolOptions.defaults().withWorkers(2).withSharedMemory(directory).withChunkSize(chunkSize);
    return SaverOptions.defaults()
        .withPool(pool)
        .withDurability(Durability.NONE)
        .withLocalBytes(0);
  }

  /** What is read is also saved, aligned to 64. Of directories NumPy makes only every other. */
  @ParameterizedTest
  @ValueSource(strings = {"savez", "compressed", "files", "pickle"})
  void readsAllThatNumPyWrites(String form) throws IOException {
    int count = 0;
    boolean directories = form.equals("files") || form.equals("pickle");
    for (int k = 0; k < batches; k += directories ? 2 : 1) {
      Map<String, NDArray> read = saver.restore(place(form, k));
      Map<String, NDArray> inOrder = new LinkedHashMap<>();
      for (Row row : rows(form, k)) {
        row.assertDescribes(read.get(row.key()), where(form, k, row.key()));
        inOrder.put(row.key(), read.get(row.key()));
      }
      assertEquals(inOrder.keySet(), read.keySet(), where(form, k, "keys"));
      count += inOrder.size();
      saver.save(place("from_" + form, k), NamedArrays.of(inOrder));
      assertSame(inOrder, saver.restore(place("from_" + form, k)), where(form, k, ""));
    }
    assertJudged("from_" + form, count);
  }

  @ParameterizedTest
  @CsvSource({"paged, 4096, 0, 1048576", "numpy, 0, 0, 65536", "deflated, 64, 6, 4194304"})
  void numPyReadsAllArchives(String form, int alignment, int level, int chunkSize)
      throws IOException {
    SaverOptions options =
        options(chunkSize).withProfile(new Profile(alignment)).withLevel(level);
    int count = 0;
    try (Saver own = Saver.open(options)) {
      for (int k = 0; k < batches; k++) {
        RestoredArrays arrays = own.restore(place("savez", k));
        Path saved = own.save(place(form, k), NamedArrays.of(arrays)).file();
        assertSame(arrays, own.restore(saved), where(form, k, ""));
        if (alignment == Profile.NUMPY.alignment()) {
          assertEquals(-1, Files.mismatch(archive("savez", k), saved), where(form, k, "bytes"));
        }
        count += arrays.size();
      }
    }
    assertJudged(form, count);
  }

  @ParameterizedTest
  @ValueSource(strings = {"our_files", "our_pickles"})
  void numPyReadsAllDirectories(String form) throws IOException {
    boolean pickles = form.equals("our_pickles");
    int count = 0;
    for (int k = 0; k < batches; k++) {
      Map<String, NDArray> arrays = new LinkedHashMap<>(saver.restore(place("savez", k)));
      arrays.keySet().retainAll(rows(form, k).stream().map(Row::key).toList());
      NamedArrays named = NamedArrays.of(arrays);
      Path target = place(form, k);
      Saver.await(
          pickles
              ? saver.saveAsync(target, named, Format.PICKLE, ProgressListener.NONE)
              : saver.saveAsync(target, named, Format.NPY, ProgressListener.NONE));
      assertSame(arrays, saver.restore(target), where(form, k, ""));
      count += arrays.size();
    }
    assertJudged(form, count);
  }

  /** NumPy's archives to tensor files and back to archives. */
  @Test
  void tensorFilesKeepWhatTheyCanHold() throws IOException {
    int count = 0;
    for (int k = 0; k < batches; k++) {
      Map<String, NDArray> arrays = saver.restore(place("savez", k));
      List<String> keys = arrays.entrySet().stream()
          .filter(entry -> TensorType.of(entry.getValue().spec()).isPresent()
              && !entry.getValue().spec().fortranOrder())
          .map(Map.Entry::getKey)
          .toList();
      Path tensors = Saver.await(saver.convert(
              archive("savez", k),
              place("tensors", k),
              Format.SAFETENSORS,
              keys,
              ProgressListener.NONE))
          .file();
      Path back = Saver.await(saver.convert(
              tensors, place("from_tensors", k), Format.NPZ, null, ProgressListener.NONE))
          .file();
      Map<String, NDArray> restored = saver.restore(back);
      assertEquals(Set.copyOf(keys), restored.keySet(), where("tensors", k, "keys"));
      for (String key : keys) {
        assertTrue(arrays.get(key).contentEquals(restored.get(key)), where("tensors", k, key));
      }
      count += keys.size();
    }
    int least = COUNT / 20;
    assertTrue(count > least, "only " + count + " arrays, seed " + SEED);
  }

  private static Path place(String form, int batch) {
    return directory.resolve(form + "_" + batch);
  }

  private static Path archive(String form, int batch) {
    return directory.resolve(form + "_" + batch + ".npz");
  }

  /** The arrays of a batch; if they are to be files, those whose names can be. */
  private static List<Row> rows(String form, int batch) throws IOException {
    List<Row> rows = NumPyTable.read(directory.resolve("batch_" + batch + ".tsv"));
    return form.contains("files") ? rows.stream().filter(Row::canBeFile).toList() : rows;
  }

  private static String where(String form, int batch, String what) {
    String shown = what.length() > 40 ? what.substring(0, 40) + "..." : what;
    return "seed " + SEED + " " + form + " batch " + batch + ": " + shown;
  }

  private static void assertSame(
      Map<String, NDArray> expected, Map<String, NDArray> found, String where) {
    assertEquals(expected.keySet(), found.keySet(), where);
    expected.forEach((key, array) -> assertTrue(
        array.contentEquals(found.get(key)),
        () -> where + key + ": " + array.spec() + ", found " + found.get(key).spec()));
  }

  private static void assertJudged(String form, int count) {
    assertTrue(count > COUNT / 4, () -> "only " + count + " arrays");
    assertEquals(
        Integer.toString(count), NumPyTable.run("matrix", "judge", SEED, COUNT, directory, form));
  }
}
