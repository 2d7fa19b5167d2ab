package io.parallelsaver.output;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.pool.PoolOptions;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.shm.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A coordinator that ends its JVM in the midst of a step: {@code STEP SHARED_MEMORY TARGET}. What it does then is held open by a second
 * hook, so that it would be done, were it not for the first.
 */
public final class EndingCoordinator {
  /** When it ends. */
  enum Step {
    /** The unfinished file is noted, and is about to be made. */
    MAKING,
    /** Half of the files have their names: {@code TARGET} is a folder of as many old ones. */
    NAMING,
    /** The directory of the run is about to be made. */
    BEGINNING
  }

  static final int FILES = 10;

  private EndingCoordinator() {}

  public static void main(String[] args) throws Exception {
    Path shared = Path.of(args[1]);
    Path target = Path.of(args[2]);
    CountDownLatch done = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> await(done)));
    PoolOptions options = PoolOptions.defaults().withWorkers(1).withSharedMemory(shared);
    try {
      switch (Step.valueOf(args[0])) {
        case MAKING -> make(WorkerPool.prepare(options).run(), target);
        case NAMING -> name(WorkerPool.prepare(options).run(), target);
        case BEGINNING -> begin(options);
      }
    } catch (SaverException e) {
      System.out.println(e.getMessage());
    } finally {
      done.countDown();
    }
  }

  /** At whatever point of it the JVM goes down. */
  private static void begin(PoolOptions options) {
    exit();
    while (true) {
      WorkerPool.prepare(options).close();
    }
  }

  private static void await(CountDownLatch done) {
    try {
      done.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void exit() {
    new Thread(() -> System.exit(143)).start();
  }

  /** Ends the JVM, and goes on when its end has come for sure, and would have passed by. */
  private static void outlive(RunDirectory run) {
    exit();
    while (!run.gate().isShut()) {
      Thread.onSpinWait();
    }
    long end = System.nanoTime() + 300_000_000;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static void make(RunDirectory run, Path target) throws IOException {
    Path unfinished = run.unfinished(1, target);
    run.noteAndMake(1, unfinished, List.of(), () -> {
      outlive(run);
      return Files.writeString(unfinished, "half");
    });
  }

  private static void name(RunDirectory run, Path target) throws IOException {
    OutputDirectory output = OutputDirectory.prepare(run, 1, target);
    List<Path> places = new ArrayList<>();
    for (int i = 0; i < FILES; i++) {
      places.add(target.resolve(Integer.toString(i)));
      Files.writeString(output.unfinished(i), "new");
    }
    places.add(target.resolve("new/folder/file"));
    Files.writeString(output.unfinished(FILES), "new");
    output.finish(
        new AbstractList<>() {
          @Override
          public Path get(int index) {
            if (index == FILES / 2 && isNew(places.get(index - 1))) {
              outlive(run);
            }
            return places.get(index);
          }

          @Override
          public int size() {
            return places.size();
          }
        },
        List.of(),
        Durability.NONE);
  }

  private static boolean isNew(Path file) {
    try {
      return Files.readString(file).equals("new");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
