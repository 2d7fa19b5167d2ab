package io.parallelsaver.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.StorageFullException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreallocationTest {
  private static final long LENGTH = 16 << 20;

  /** What {@code stat} counts in. */
  private static final int BLOCK = 512;

  @TempDir
  Path directory;

  @Test
  void givesAFileItsBlocksAndItsLength() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    Preallocation.of(file, LENGTH);
    assertEquals(LENGTH, Files.size(file));
    assertTrue(blocks(file) >= LENGTH / BLOCK, blocks(file) + " blocks");
  }

  @Test
  void saysHowMuchIsMissing() throws IOException {
    Path shared = Files.createTempDirectory(Path.of("/dev/shm"), "preallocation");
    try {
      Path file = Files.createFile(shared.resolve("file"));
      long length = Files.getFileStore(file).getTotalSpace() + LENGTH;
      StorageFullException full =
          assertThrows(StorageFullException.class, () -> Preallocation.of(file, length));
      assertTrue(
          full.getMessage().startsWith(file + " needs " + length + " bytes"), full.getMessage());
      assertEquals(0, Files.size(file));
    } finally {
      Files.deleteIfExists(shared.resolve("file"));
      Files.delete(shared);
    }
  }

  @Test
  void leavesAloneWhatCannotBeAllocated() {
    Preallocation.of(directory, LENGTH);
    Preallocation.of(directory.resolve("none"), LENGTH);
    Preallocation.of(Path.of("/proc/self/comm"), LENGTH);
  }

  private static long blocks(Path file) throws Exception {
    Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
    String text = new String(stat.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertEquals(0, stat.waitFor());
    return Long.parseLong(text);
  }
}
