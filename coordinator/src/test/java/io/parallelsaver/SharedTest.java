package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.DType;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrays that are saved from, and restored into, shared memory, without a copy. */
class SharedTest {
  @TempDir
  static Path sharedMemory;

  private static Saver saver;

  @TempDir
  Path directory;

  @BeforeAll
  static void open() {
    saver = Saver.open(TestArrays.options(sharedMemory, 2));
  }

  @AfterAll
  static void close() {
    saver.close();
  }

  private static SharedArrays share(Path source, List<String> keys) {
    return Saver.await(saver.restoreShared(source, keys, ProgressListener.NONE));
  }

  @Test
  void savesAnArrayFromWhereItIs() throws IOException {
    Path target;
    Path file;
    double[] values = TestArrays.doubles(50_000, 9);
    try (SharedArray shared = saver.allocate(DType.FLOAT64, 250, 200)) {
      file = shared.array().data().region().orElseThrow().file();
      assertEquals(0, shared.array().getDouble(249, 199));
      shared.buffer().asDoubleBuffer().put(values);
      assertEquals(values[201], shared.array().getDouble(1, 1));
      target =
          saver.save(directory.resolve("out"), shared.array(), new int[] {3}).file();
    }
    assertFalse(Files.exists(file));
    RestoredArrays restored = saver.restore(target);
    assertArrayEquals(values, restored.get("arr_0").toDoubles());
    assertEquals(3, restored.get("arr_1").getLong(0));
    try (SharedArray none = saver.allocate(DType.FLOAT64, 0, 200)) {
      assertEquals(0, none.buffer().capacity());
      saver.save(target, none.array());
    }
  }

  @Test
  void refusesToAllocateMoreThanThereIs() throws IOException {
    long more = Files.getFileStore(sharedMemory).getTotalSpace() * 2;
    StorageFullException full =
        assertThrows(StorageFullException.class, () -> saver.allocate(DType.INT8, more));
    assertTrue(full.getMessage().contains("needs " + more), full.getMessage());
  }

  @Test
  @RequiresNumPy
  void restoresIntoABlockThatOthersSeeToo() throws IOException {
    NamedArrays arrays = Samples.everyKind()
        .and("large", TestArrays.doubles(60_000, 1))
        .and("pairs", NDArray.of(new long[][] {{1, 2}, {3, 4}}));
    Path source = saver.save(directory.resolve("out"), arrays).file();
    Path block;
    try (SharedArrays shared = share(source, null)) {
      block = shared.block();
      TestArrays.assertSame(arrays.asMap(), shared);
      for (NDArray array : shared.values()) {
        assertTrue(array.size() == 0 || array.buffer().isDirect());
      }
      String table =
          Files.writeString(directory.resolve("table"), shared.table()).toString();
      assertEquals(Integer.toString(arrays.asMap().size()), NumPy.run("""
              import ast, json
              table = json.load(open(sys.argv[1]))
              block = np.memmap(table['block'], mode='r')
              data = np.load(sys.argv[2])
              for each in table['arrays']:
                  a = np.ndarray(each['shape'], ast.literal_eval(each['dtype']), block, each['offset'], order=each['order'])
                  b = data[each['name']]
                  assert each['offset'] % 64 == 0
                  assert a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes(), each
              print(len(table['arrays']))
              """, table, source));
    }
    assertTrue(Files.exists(block), "kept for the next one");
    try (SharedArrays first = share(source, List.of("pairs"));
        SharedArrays second = share(source, List.of("large"))) {
      assertEquals(block, first.block());
      assertNotEquals(block, second.block());
      assertEquals(4, first.get("pairs").getLong(1, 1));
      assertEquals(60_000, second.get("large").size());
    }
  }

  @Test
  void findsDamageAndGivesTheBlockBack() throws IOException {
    Path source =
        saver.save(directory.resolve("out"), TestArrays.doubles(60_000, 1)).file();
    byte[] bytes = Files.readAllBytes(source);
    bytes[300_000] ^= 1;
    Files.write(source, bytes);
    for (int i = 0; i < 3; i++) {
      assertThrows(CorruptException.class, () -> share(source, null));
    }
    long blocks = Await.names(sharedMemory).size();
    assertEquals(1, blocks);
  }
}
