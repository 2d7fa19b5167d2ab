package io.parallelsaver.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreesTest {
  private static final int FILES = 20;

  private static final long LEAST_NANOS = 1_000_000_000;
  private static final long MOST_NANOS = 60_000_000_000L;

  @TempDir
  Path directory;

  private static Path fill(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < FILES; i++) {
      Files.writeString(folder.resolve("file-" + i), "x");
    }
    return folder;
  }

  @Test
  void deletesAFileALinkAndATree() throws IOException {
    Path kept = fill(directory.resolve("kept"));
    Path tree = directory.resolve("tree");
    fill(tree.resolve("a/b/c"));
    Files.createSymbolicLink(tree.resolve("a/link"), kept);
    Path link = Files.createSymbolicLink(directory.resolve("link"), kept);
    Path file = Files.writeString(directory.resolve("file"), "x");
    for (Path gone : new Path[] {tree, link, file}) {
      Trees.delete(gone);
      assertFalse(Files.exists(gone, LinkOption.NOFOLLOW_LINKS), gone.toString());
      Trees.delete(gone);
    }
    Trees.delete(directory.resolve("no/such/tree"));
    assertEquals(FILES, count(kept));
  }

  /** Somebody who can rename a folder of the tree puts a link to another in its place, again and again, while it is deleted. */
  @Test
  void isNotLedElsewhereWhileItDeletes() throws Exception {
    Path victim = fill(directory.resolve("victim"));
    Path folder = directory.resolve("tree/folder");
    Path aside = directory.resolve("aside");
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger swaps = new AtomicInteger();
    Thread swapper = new Thread(() -> {
      while (!over.get()) {
        try {
          Files.move(folder, aside);
          Files.createSymbolicLink(folder, victim);
          swaps.incrementAndGet();
          Files.delete(folder);
          Files.move(aside, folder);
        } catch (IOException e) {
          // The deleter was faster.
          aside.toFile().renameTo(folder.toFile());
        }
      }
    });
    swapper.start();
    long start = System.nanoTime();
    int deleted = 0;
    while (System.nanoTime() - start < LEAST_NANOS
        || (deleted <= 10 || swaps.get() <= 10) && System.nanoTime() - start < MOST_NANOS) {
      try {
        fill(folder);
        Trees.delete(folder.getParent());
        deleted++;
      } catch (IOException e) {
        // What was swapped in between is no directory, or is not empty.
      }
      assertEquals(FILES, count(victim), "files of the victim after " + swaps + " swaps");
    }
    over.set(true);
    swapper.join();
    assertTrue(deleted > 10 && swaps.get() > 10, deleted + " deleted, " + swaps + " swaps");
  }

  private static long count(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }
}
