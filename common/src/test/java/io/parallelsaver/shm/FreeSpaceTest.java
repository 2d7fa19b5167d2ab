package io.parallelsaver.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreeSpaceTest {
  @TempDir
  Path directory;

  @Test
  void isWhatTheFileStoreSays() throws IOException {
    double expected = Files.getFileStore(directory).getUsableSpace();
    // Others write to the disk meanwhile.
    assertEquals(expected, FreeSpace.of(directory), 0.1 * expected);
    assertEquals(
        expected, FreeSpace.of(Files.createFile(directory.resolve("file"))), 0.1 * expected);
  }

  @Test
  void saysWhatIsWrongInsteadOfZero() {
    assertThrows(NoSuchFileException.class, () -> FreeSpace.of(directory.resolve("nothing")));
  }
}
