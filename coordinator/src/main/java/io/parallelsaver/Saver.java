package io.parallelsaver;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.restore.ArchiveVerify;
import io.parallelsaver.restore.BlockRestore;
import io.parallelsaver.restore.DirectoryRestore;
import io.parallelsaver.restore.Selection;
import io.parallelsaver.restore.StoredArrays;
import io.parallelsaver.save.ArchiveSave;
import io.parallelsaver.save.DirectorySave;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A long-lived saver: it starts its worker processes once and keeps them, and the shared memory they have touched, for all calls.
 * Any thread may call; calls are done one after the other, each by all workers.
 *
 * <pre>{@code
 * try (Saver saver = Saver.open()) {
 *   saver.save(Path.of("out.npz"), NamedArrays.of(a, b).and("labels", c));
 *   Map<String, NDArray> data = saver.restore(Path.of("out.npz"));
 * }
 * }</pre>
 */
public final class Saver implements AutoCloseable {
  private static final String SUFFIX = ".npz";
  private static final int MOST_COPIERS = 8;

  private final SaverOptions options;
  private final WorkerPool pool;
  private final ExecutorService calls;
  private final ExecutorService copiers;

  private Saver(SaverOptions options) {
    this.options = options;
    this.pool = WorkerPool.start(options.pool());
    this.calls = Executors.newSingleThreadExecutor(daemons("parallel-saver-calls"));
    int copierCount = Math.max(1, Math.min(MOST_COPIERS, options.pool().workers() / 2));
    this.copiers = Executors.newFixedThreadPool(copierCount, daemons("parallel-saver-copier"));
  }

  private static ThreadFactory daemons(String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Starts the workers and returns at once. */
  public static Saver open() {
    return open(SaverOptions.defaults());
  }

  /**
   * Starts the workers and returns at once.
   *
   * @throws SaverException if there is no shared memory, or no process can be started
   */
  public static Saver open(SaverOptions options) {
    return new Saver(options);
  }

  /** Waits until every worker has come up. Calls need not wait for that: they begin with the workers that are there. */
  public Saver awaitReady() {
    await(submit(() -> {
      pool.awaitReady();
      return null;
    }));
    return this;
  }

  /** Saves arrays and waits; see {@link #saveAsync}. */
  public Report save(Path target, NamedArrays arrays) {
    return await(saveAsync(target, arrays, ProgressListener.NONE));
  }

  /** Saves arrays and waits; see {@link NamedArrays#of(Object...)} and {@link #saveAsync}. */
  public Report save(Path target, Object... arrays) {
    return save(target, NamedArrays.of(arrays));
  }

  /**
   * Saves arrays to an {@code .npz} archive. The arrays must not change until the future is done.
   *
   * @param target path of the archive; {@code .npz} is appended if it is not there. An existing file is replaced when the new one is
   *     whole; who reads the old one keeps it
   * @return completes when the archive is in place; exceptionally with a {@link SaverException}, and the target is then what it was
   */
  public CompletableFuture<Report> saveAsync(
      Path target, NamedArrays arrays, ProgressListener progress) {
    Path file = withSuffix(target);
    return submit(() -> {
      long start = System.nanoTime();
      ArchiveSave save =
          new ArchiveSave(pool, arrays.asMap(), options.durability(), copiers, progress);
      ArchiveSave.Result saved = options.level() == SaverOptions.STORED
          ? save.stored(file, options.profile())
          : save.deflated(file, options.level());
      return new Report(file, saved.members(), saved.bytes(), secondsSince(start), saved.workers());
    });
  }

  /**
   * Saves each array to {@code directory/KEY.npy}, as {@code numpy.save} would write it; a {@code /} in a key makes folders. Existing
   * files are replaced, others stay. The arrays must not change until the future is done.
   *
   * @param directory is made if it is not there
   * @return completes when all files are in place; exceptionally with a {@link SaverException}, and no file was changed then
   */
  public CompletableFuture<Report> saveToDirectory(
      Path directory, NamedArrays arrays, ProgressListener progress) {
    return submit(() -> {
      long start = System.nanoTime();
      ArchiveSave.Result saved = DirectorySave.npy(
          pool, directory, arrays.asMap(), options.durability(), copiers, progress);
      return new Report(
          directory, saved.members(), saved.bytes(), secondsSince(start), saved.workers());
    });
  }

  /**
   * Saves in the layout of the Python original's first system: {@code data_N.dat}, {@code data_index_N.dat} and {@code
   * data_metadata_N.dat} for the N-th array, each a pickle that Python loads. The arrays must not change until the future is done.
   *
   * @param directory is made if it is not there
   * @return completes when all files are in place; exceptionally with a {@link SaverException}, and no file was changed then
   */
  public CompletableFuture<Report> savePickled(
      Path directory, NamedArrays arrays, ProgressListener progress) {
    return submit(() -> {
      long start = System.nanoTime();
      ArchiveSave.Result saved = DirectorySave.pickle(
          pool, directory, arrays.asMap(), options.durability(), copiers, progress);
      return new Report(
          directory, saved.members(), saved.bytes(), secondsSince(start), saved.workers());
    });
  }

  /** Restores all arrays and waits; see {@link #restoreAsync}. */
  public RestoredArrays restore(Path source) {
    return await(restoreAsync(source, null, ProgressListener.NONE));
  }

  /**
   * Restores arrays into this JVM: of an archive, each with its CRC-32 checked, or of a directory of {@code .npy} files or of the
   * Python original's pickles, which have no checksums. They are Java arrays unless they take more than half of
   * the largest heap; then they are views of memory outside it.
   *
   * @param source path of the archive or directory; {@code .npz} is appended if there is no such file
   * @param keys which arrays; null for all
   * @return completes with the arrays by key; exceptionally with a {@link SaverException}
   */
  public CompletableFuture<RestoredArrays> restoreAsync(
      Path source, List<String> keys, ProgressListener progress) {
    Path file = existing(source);
    return submit(() -> {
      long start = System.nanoTime();
      BlockRestore.Result restored = Files.isDirectory(source)
          ? BlockRestore.run(
              pool, Selection.among(source, StoredArrays.of(source), keys), copiers, progress)
          : BlockRestore.run(pool, file, keys, copiers, progress);
      int members = restored.arrays().size();
      return new RestoredArrays(
          restored.arrays(),
          new Report(file, members, restored.bytes(), secondsSince(start), restored.workers()));
    });
  }

  /**
   * Restores arrays of an archive to {@code directory/KEY.npy}; a {@code /} in a key makes folders. Existing files are replaced.
   *
   * @param keys which arrays; null for all
   * @return completes when all files are in place; exceptionally with a {@link SaverException}, and no file was changed then
   */
  public CompletableFuture<Report> restoreToDirectory(
      Path source, Path directory, List<String> keys, ProgressListener progress) {
    Path file = existing(source);
    return submit(() -> {
      long start = System.nanoTime();
      DirectoryRestore.Result restored =
          DirectoryRestore.run(pool, file, directory, keys, progress);
      return new Report(
          file, restored.files().size(), restored.bytes(), secondsSince(start), restored.workers());
    });
  }

  /**
   * Checks every header and every CRC-32 of an archive.
   *
   * @return completes with what was found; exceptionally with a {@link SaverException} if it is no archive at all
   */
  public CompletableFuture<Verification> verify(Path source, ProgressListener progress) {
    Path file = existing(source);
    return submit(() -> {
      long start = System.nanoTime();
      ArchiveVerify.Result found = ArchiveVerify.run(pool, file, progress);
      Report report =
          new Report(file, found.members(), found.bytes(), secondsSince(start), found.workers());
      return new Verification(report, found.damaged());
    });
  }

  /** Process ids of the workers, for those who want to look at them. */
  public List<Long> workerPids() {
    return await(submit(pool::pids));
  }

  /** What is there under the name as given is taken; else the name with the suffix. */
  private static Path existing(Path file) {
    return Files.exists(file) ? file : withSuffix(file);
  }

  private static Path withSuffix(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(SUFFIX) ? file : file.resolveSibling(name + SUFFIX);
  }

  private <T> CompletableFuture<T> submit(Supplier<T> call) {
    try {
      return CompletableFuture.supplyAsync(call, calls);
    } catch (RejectedExecutionException e) {
      throw new SaverException("this saver is closed", e);
    }
  }

  /** Waits for a call and throws what it threw. */
  public static <T> T await(CompletableFuture<T> call) {
    try {
      return call.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        cause.addSuppressed(new SaverException("called here"));
        throw cause;
      }
      throw e;
    }
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Finishes the calls under way, ends the workers and gives all shared memory back. */
  @Override
  public void close() {
    if (calls.isShutdown()) {
      return;
    }
    CompletableFuture<Void> closed = CompletableFuture.runAsync(pool::close, calls);
    calls.shutdown();
    copiers.shutdown();
    await(closed);
  }
}
