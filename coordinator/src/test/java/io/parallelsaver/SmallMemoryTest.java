package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.testing.Mounted;
import io.parallelsaver.testing.RequiresMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java arrays through shared memory and disks that are far smaller than they are, or become full while they are being saved. */
@RequiresMount
class SmallMemoryTest {
  private static final int MIB = 1 << 20;

  @TempDir
  Path directory;

  private final NamedArrays arrays = TestArrays.many(3, 2 * MIB, 7);

  private static SaverOptions options(Mounted memory) {
    return SaverOptions.defaults()
        .withWorkers(2)
        .withSharedMemory(memory.path())
        .withLocalBytes(0);
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void fourMebibytesAreEnough() throws Exception {
    Path target = directory.resolve("target.npz");
    try (Mounted memory = Mounted.tmpfs(directory.resolve("memory"), 4 * MIB)) {
      for (int level : new int[] {0, 1}) {
        try (Saver saver = Saver.open(options(memory).withLevel(level)).awaitReady()) {
          saver.save(target, arrays);
          assertEquals(
              Map.of(), saver.verify(target, ProgressListener.NONE).join().damaged());
          StorageFullException full =
              assertThrows(StorageFullException.class, () -> saver.restore(target));
          assertTrue(full.getMessage().startsWith("restoring needs "), full.getMessage());
        }
        assertEquals(List.of(), files(memory.path()));
      }
    }
    assertHasAll(target);
  }

  @Test
  void memoryThatBecomesFullEndsTheCallAtMost() throws Exception {
    Path target = Files.writeString(directory.resolve("target.npz"), "old");
    try (Mounted memory = Mounted.tmpfs(directory.resolve("memory"), 64 * MIB);
        Saver saver = Saver.open(options(memory)).awaitReady()) {
      AtomicReference<Path> filler = new AtomicReference<>();
      ProgressListener fill = (done, total) -> {
        if (filler.get() == null) {
          filler.set(memory.fill());
        }
      };
      try {
        Saver.await(saver.saveAsync(target, arrays, fill));
        assertHasAll(target);
      } catch (StorageFullException e) {
        assertTrue(e.getMessage().startsWith("shared memory is full: "), e.getMessage());
        assertEquals("old", Files.readString(target));
      }
      assertNotNull(filler.get(), "memory became full in the midst of it");
      assertEquals(List.of(target), unfinishedAnd(target));
      Files.delete(filler.get());
      Files.delete(target);
      saver.save(target, arrays);
      assertHasAll(target);
    }
  }

  /** By a saver whose memory is not full. */
  private void assertHasAll(Path target) {
    try (Saver saver = Saver.openLazily(SaverOptions.defaults())) {
      TestArrays.assertSame(arrays.asMap(), saver.restore(target));
    }
  }

  private List<Path> unfinishedAnd(Path target) throws IOException {
    return files(directory).stream()
        .filter(file -> file.equals(target) || file.toString().contains("unfinished"))
        .toList();
  }

  @Test
  void aDiskThatBecomesFullLeavesWhatWasThere() throws Exception {
    try (Mounted memory = Mounted.tmpfs(directory.resolve("memory"), 64 * MIB);
        Mounted disk = Mounted.ext4(directory.resolve("disk"), 64 * MIB);
        Saver saver = Saver.open(options(memory).withLevel(1)).awaitReady()) {
      byte[] old = {1, 2, 3};
      Path target = Files.write(disk.path().resolve("target.npz"), old);
      AtomicReference<Path> filler = new AtomicReference<>();
      SaverException full = assertThrows(
          StorageFullException.class,
          () -> Saver.await(saver.saveAsync(target, arrays, (done, total) -> {
            if (filler.get() == null) {
              filler.set(disk.fill());
            }
          })));
      assertTrue(full.getMessage().contains("make room there"), full.getMessage());
      assertTrue(full.getMessage().contains(target.toString()), full.getMessage());
      assertArrayEquals(old, Files.readAllBytes(target));
      Files.delete(filler.get());
      assertEquals(
          List.of("lost+found", "target.npz"),
          files(disk.path()).stream()
              .map(file -> file.getFileName().toString())
              .sorted()
              .toList());
    }
  }
}
