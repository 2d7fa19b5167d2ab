package io.parallelsaver.bench.growth;

import io.parallelsaver.bench.Peak;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lengths of all files in the run directories of this process. They have holes: no more than that is in use, and what other processes
 * have in shared memory does not count.
 */
final class StagingMemory {
  private static final long PERIOD_MILLIS = 20;
  private static final String RUNS = "parallel-saver-" + ProcessHandle.current().pid() + "-*";

  private StagingMemory() {}

  /** Looks every 20 ms. */
  static Peak watch(Path sharedMemory) {
    return Peak.watch(() -> bytes(sharedMemory), PERIOD_MILLIS);
  }

  private static long bytes(Path sharedMemory) {
    AtomicLong sum = new AtomicLong();
    try (DirectoryStream<Path> runs = Files.newDirectoryStream(sharedMemory, RUNS)) {
      for (Path run : runs) {
        Files.walkFileTree(run, new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            sum.addAndGet(attributes.size());
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure) {
            // It has just been deleted.
            return FileVisitResult.CONTINUE;
          }
        });
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sum.get();
  }
}
