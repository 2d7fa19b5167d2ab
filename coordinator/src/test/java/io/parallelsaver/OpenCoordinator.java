package io.parallelsaver;

import io.parallelsaver.array.DType;
import io.parallelsaver.pool.ProgressListener;
import java.io.IOException;
import java.nio.file.Path;

/** Does all there is with workers, and then holds what it has until its input ends. */
final class OpenCoordinator {
  private OpenCoordinator() {}

  /**
   * @param arguments directory for shared memory, directory for files
   */
  public static void main(String[] arguments) throws IOException {
    Path files = Path.of(arguments[1]);
    SaverOptions options = TestArrays.options(Path.of(arguments[0]), 2);
    try (Saver saver = Saver.open(options).awaitReady();
        SharedArray allocated = saver.allocate(DType.FLOAT64, 100)) {
      NamedArrays arrays = TestArrays.many(3, 30_000, 1).and("allocated", allocated.array());
      Path saved = saver.save(files.resolve("saved"), arrays).file();
      saver.restore(saved);
      saver
          .restoreToDirectory(saved, files.resolve("folder"), null, ProgressListener.NONE)
          .join();
      try (SharedArrays shared =
          Saver.await(saver.restoreShared(saved, null, ProgressListener.NONE))) {
        System.out.println("workers");
        saver.workerPids().forEach(System.out::println);
        System.out.println("holding " + shared.size());
        System.in.readAllBytes();
      }
    }
  }
}
