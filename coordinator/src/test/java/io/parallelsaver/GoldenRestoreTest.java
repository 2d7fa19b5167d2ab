package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.InputException;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.testing.Golden;
import io.parallelsaver.testing.Golden.GoldenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Archives that NumPy wrote come back through real workers; needs no Python. */
class GoldenRestoreTest {
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

  static List<GoldenFile> archives() {
    return Golden.files(".npz");
  }

  @ParameterizedTest
  @MethodSource("archives")
  void comesBackEqual(GoldenFile file) throws IOException {
    Path source = Golden.copy(file.name(), directory);
    List<Golden> expected = Golden.arrays(file.name());
    if (expected.stream().anyMatch(Golden::hasObject)) {
      InputException refused = assertThrows(InputException.class, () -> saver.restore(source));
      String name =
          expected.stream().filter(Golden::hasObject).findFirst().orElseThrow().member();
      assertTrue(
          refused.getMessage().contains(name) && refused.getMessage().contains("object"),
          refused.getMessage());
      return;
    }
    RestoredArrays restored = saver.restore(source);
    assertEquals(expected.stream().map(Golden::member).toList(), List.copyOf(restored.keySet()));
    expected.forEach(golden -> assertRestored(golden, restored.get(golden.member())));
    Path files = directory.resolve("files");
    if (restored.keySet().stream().anyMatch(key -> key.contains(".."))) {
      assertThrows(
          InputException.class,
          () -> Saver.await(saver.restoreToDirectory(source, files, null, ProgressListener.NONE)));
      return;
    }
    Saver.await(saver.restoreToDirectory(source, files, null, ProgressListener.NONE));
    for (Golden golden : expected) {
      Path restoredFile = files.resolve(golden.member() + ".npy");
      assertArrayEquals(golden.content(directory), Files.readAllBytes(restoredFile));
    }
  }

  private static void assertRestored(Golden golden, NDArray array) {
    assertArrayEquals(golden.shape(), array.shape(), golden.toString());
    assertEquals(golden.order(), array.spec().order(), golden.toString());
    assertEquals(golden.sha256(), Golden.sha256(array.toBytes().array()), golden.toString());
  }
}
