package io.parallelsaver.npy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.Region;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.testing.Golden;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyFileTest {
  @TempDir
  Path directory;

  static List<Golden> files() {
    return Golden.arrays().stream()
        .filter(golden -> golden.member().equals("-"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("files")
  void namesTheBytesWhereTheyStand(Golden golden) throws IOException {
    Path file = Golden.copy(golden.file(), directory);
    if (golden.hasObject()) {
      InputException refusal = assertThrows(InputException.class, () -> NpyFile.array(file));
      assertFalse(refusal instanceof CorruptException);
      assertTrue(refusal.getMessage().startsWith(file + ": dtype "), refusal.getMessage());
      return;
    }
    NDArray array = NpyFile.array(file);
    long length = Files.size(file) - golden.headerLength();
    assertEquals(
        new Region(file, golden.headerLength(), length), array.data().region().orElseThrow());
    assertEquals(golden.sha256(), Golden.sha256(array.toBytes().array()));
    assertArrayEquals(golden.shape(), array.shape());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"three-axes.npy", "struct-version3.npy", "zero-d-bool.npy", "empty-0.npy"})
  void refusesAFileThatIsCutOff(String name) throws IOException {
    Path file = Golden.copy(name, directory);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (long length = channel.size() - 1; length >= 0; length--) {
        channel.truncate(length);
        assertThrows(CorruptException.class, () -> NpyFile.array(file), "cut off at " + length);
      }
    }
  }

  @Test
  void leavesAloneWhatFollowsTheArray() throws IOException {
    byte[] bytes = Golden.bytes("int16.npy");
    Path file = Files.write(directory.resolve("more.npy"), Arrays.copyOf(bytes, bytes.length + 77));
    assertEquals(12, NpyFile.array(file).data().length());
  }

  @Test
  void saysWhatIsNoFile() {
    Path missing = directory.resolve("missing.npy");
    String message =
        assertThrows(InputException.class, () -> NpyFile.array(missing)).getMessage();
    assertEquals("there is no file " + missing, message);
    assertTrue(assertThrows(InputException.class, () -> NpyFile.array(directory))
        .getMessage()
        .contains("it is a directory"));
  }
}
