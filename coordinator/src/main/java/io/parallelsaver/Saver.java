package io.parallelsaver;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.output.Durability;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.restore.Proof;
import io.parallelsaver.shards.ShardIndex;
import io.parallelsaver.shm.CallKind;
import io.parallelsaver.shm.SharedFile;
import io.parallelsaver.stored.Format;
import io.parallelsaver.stored.StoredArrays;
import java.io.UncheckedIOException;
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
import java.util.function.BiFunction;
import java.util.function.Function;
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
  private static final int MOST_COPIERS = 8;

  private static final String CLOSED = "this saver is closed";

  private final SaverOptions options;
  private final WorkerPool pool;
  private final ExecutorService calls;
  private final ExecutorService copiers;
  private final Work work;
  private final SourceReading sources;
  private final AtomicInteger allocated = new AtomicInteger();
  private volatile Thread callThread;
  private CompletableFuture<Void> closed;

  private Saver(SaverOptions options) {
    this.options = options;
    this.pool = WorkerPool.prepare(options.pool());
    ThreadFactory callThreads = daemons("parallel-saver-calls");
    this.calls =
        Executors.newSingleThreadExecutor(task -> callThread = callThreads.newThread(task));
    int copierCount = Math.min(MOST_COPIERS, options.pool().workers());
    this.copiers = Executors.newFixedThreadPool(copierCount, daemons("parallel-saver-copier"));
    this.work = new Work(options, pool, copiers);
    this.sources = new SourceReading(pool, options.maxHeader());
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
    Saver saver = new Saver(options);
    try {
      saver.pool.startWorkers();
      return saver;
    } catch (RuntimeException e) {
      saver.close();
      throw e;
    }
  }

  /**
   * Starts nothing before a call needs it: for a single call that may be small enough to do without workers.
   *
   * @throws SaverException if there is no shared memory
   */
  public static Saver openLazily(SaverOptions options) {
    return new Saver(options);
  }

  /** Waits until every worker has come up. Calls need not wait for that: they begin with the workers that are there. */
  public Saver awaitReady() {
    finish(submit(() -> {
      pool.awaitReady();
      return null;
    }));
    return this;
  }

  /** Saves arrays and waits; see {@link #saveAsync}. */
  public Report save(Path target, NamedArrays arrays) {
    return finish(saveAsync(target, arrays, ProgressListener.NONE));
  }

  /** Saves arrays and waits; see {@link NamedArrays#of(Object...)} and {@link #saveAsync}. */
  public Report save(Path target, Object... arrays) {
    return save(target, NamedArrays.of(arrays));
  }

  /** Saves arrays to an {@code .npz} archive; see {@link #saveAsync(Path, NamedArrays, Format, ProgressListener)}. */
  public CompletableFuture<Report> saveAsync(
      Path target, NamedArrays arrays, ProgressListener progress) {
    return saveAsync(target, arrays, Format.NPZ, progress);
  }

  /**
   * Saves arrays. They must not change until the future is done. Those that stand in files are moved from there by the workers, and
   * checked on the way if their file says what their CRC-32 is.
   *
   * <ul>
   *   <li>{@code NPZ}: {@code .npz} is appended to the target if it is not there. An existing file is replaced when the new one is whole;
   *       who reads the old one keeps it.
   *       With {@link SaverOptions#withSharding} several archives and their index, {@code .npz.index.json}, which takes its name last.
   *   <li>{@code SAFETENSORS}: likewise, with {@code .safetensors}.
   *   <li>{@code NPY}: to {@code target/KEY.npy}, as {@code numpy.save} would write it; a {@code /} in a key makes folders. The directory
   *       is made if it is not there, existing files are replaced, others stay.
   *   <li>{@code PICKLE}: the Python original's first layout, in a directory as well: {@code data_N.dat}, {@code data_index_N.dat} and
   *       {@code data_metadata_N.dat} for the N-th array.
   * </ul>
   *
   * @return completes when all is in place; exceptionally with a {@link SaverException}, and the target is then what it was
   */
  public CompletableFuture<Report> saveAsync(
      Path target, NamedArrays arrays, Format format, ProgressListener progress) {
    Path file = place(target, format);
    return submit(
        CallKind.SAVE, file, progress, told -> work.save(file, arrays.asMap(), format, told));
  }

  /** Restores all arrays and waits; see {@link #restoreAsync}. */
  public RestoredArrays restore(Path source) {
    return finish(restoreAsync(source, null, ProgressListener.NONE));
  }

  /**
   * Restores arrays into this JVM, from anything that {@link StoredArrays} opens; those of an archive each with its CRC-32 checked, other
   * formats have none. They are Java arrays unless they take more than half of the largest heap; then they are views of memory outside
   * it.
   *
   * @param source path of the file or directory; {@code .npz} is appended if there is none
   * @param keys which arrays; null for all
   * @return completes with the arrays by key; exceptionally with a {@link SaverException}
   */
  public CompletableFuture<RestoredArrays> restoreAsync(
      Path source, List<String> keys, ProgressListener progress) {
    return reading(
        CallKind.RESTORE, source, progress, (stored, told) -> work.restore(stored, keys, told));
  }

  /**
   * Restores arrays into one block of shared memory, where they can be looked at without a copy, by other processes too; checksums are
   * checked as for {@link #restoreAsync}. Close the result to give the memory back.
   *
   * @param source path of the file or directory; {@code .npz} is appended if there is none
   * @param keys which arrays; null for all
   * @return completes with views by key; exceptionally with a {@link SaverException}
   */
  public CompletableFuture<SharedArrays> restoreShared(
      Path source, List<String> keys, ProgressListener progress) {
    return reading(
        CallKind.SHARE, source, progress, (stored, told) -> work.share(stored, keys, told));
  }

  /**
   * Makes an array in shared memory, all zeros, that is saved without being copied first.
   *
   * @param shape extents, outermost first, in C order
   * @throws io.parallelsaver.error.StorageFullException if shared memory has no room for it
   */
  public synchronized SharedArray allocate(DType dtype, long... shape) {
    if (closed != null) {
      throw new SaverException(CLOSED);
    }
    ArraySpec spec = ArraySpec.of(dtype, shape);
    Path file = pool.run().shared(allocated.incrementAndGet());
    return new SharedArray(SharedFile.create(file, spec.byteSize()), spec);
  }

  /**
   * Restores arrays to {@code directory/KEY.npy}; a {@code /} in a key makes folders. Existing files are replaced. What an archive holds
   * besides arrays becomes a file of its own name.
   *
   * @param keys which arrays; null for all
   * @return completes when all files are in place; exceptionally with a {@link SaverException}, and no file was changed then
   */
  public CompletableFuture<RestoredFiles> restoreToDirectory(
      Path source, Path directory, List<String> keys, ProgressListener progress) {
    return reading(
        CallKind.EXTRACT,
        source,
        progress,
        (stored, told) ->
            work.restoreToDirectory(stored, directory, stored.path(), keys, Durability.NONE, told));
  }

  /**
   * Turns what stands in one format into another, from file to file: no array passes through this JVM. What a target's format cannot hold
   * is refused, with the array's name.
   *
   * @param source anything that {@link StoredArrays} opens; {@code .npz} is appended if there is none
   * @param target as for {@link #saveAsync(Path, NamedArrays, Format, ProgressListener)}; may be the source
   * @param keys which arrays; null for all
   * @return completes when all is in place; exceptionally with a {@link SaverException}, and the target is then what it was
   */
  public CompletableFuture<Report> convert(
      Path source, Path target, Format format, List<String> keys, ProgressListener progress) {
    Path written = place(target, format);
    return submit(
        CallKind.CONVERT,
        written,
        progress,
        told -> sources.read(source, stored -> work.convert(stored, written, format, keys, told)));
  }

  /**
   * Checks every header and every checksum there is.
   *
   * @return completes with what was found; exceptionally with a {@link SaverException} if it cannot be opened at all
   */
  public CompletableFuture<Verification> verify(Path source, ProgressListener progress) {
    return submit(CallKind.VERIFY, source, progress, told -> {
      Path there = StoredArrays.place(source);
      StoredArrays opened;
      try {
        opened = StoredArrays.open(there, options.maxHeader());
      } catch (CorruptException e) {
        throw Files.isRegularFile(there) ? work.withAdvice(there, e) : e;
      }
      try (StoredArrays stored = opened) {
        return work.verify(stored, told);
      }
    });
  }

  /**
   * Brings out of a damaged or cut-off archive all arrays that can be proved whole: those whose CRC-32 is recorded in the file, wherever,
   * and right. The source is only read. Of an {@code .npy} file that is cut off only its rows can be brought out.
   *
   * @param target where they go, as for {@link #saveAsync(Path, NamedArrays, Format, ProgressListener)}; null to write nothing. It is not
   *     written if no array is whole
   * @param wanted what else is brought out
   * @return completes with what was found; exceptionally with a {@link SaverException}, and the target is then what it was
   */
  public CompletableFuture<Repair> repair(
      Path source, Path target, Format format, Proof.Wanted wanted, ProgressListener progress) {
    Path written = target == null ? null : place(target, format);
    return submit(
        CallKind.REPAIR,
        written == null ? source : written,
        progress,
        told -> work.repair(source, written, format, wanted, told));
  }

  /**
   * The file or directory that a target becomes; the index, if it is a sharded set.
   *
   * @throws InputException if the format does not go with the target or the saver's options
   */
  private Path place(Path target, Format format) {
    if (options.sharding().isNone()) {
      if (ShardIndex.isIndex(target)) {
        throw new InputException(target
            + " is called as the index of a sharded set; say how many shards, or name an archive");
      }
      return format.place(target);
    }
    if (format != Format.NPZ) {
      throw new InputException("only .npz archives are sharded, not " + format + ": " + target);
    }
    return ShardIndex.of(target);
  }

  /** Does something on the thread that calls are done on, after those that have been made. */
  public CompletableFuture<Void> run(Runnable task) {
    return submit(() -> {
      task.run();
      return null;
    });
  }

  private <T> CompletableFuture<T> reading(
      CallKind kind,
      Path source,
      ProgressListener progress,
      BiFunction<StoredArrays, ProgressListener, T> call) {
    return submit(
        kind, source, progress, told -> sources.read(source, stored -> call.apply(stored, told)));
  }

  /** Process ids of the workers, for those who want to look at them. */
  public List<Long> workerPids() {
    return finish(submit(pool::pids));
  }

  /** A call that those are told of who look on. */
  private <T> CompletableFuture<T> submit(
      CallKind kind, Path target, ProgressListener progress, Function<ProgressListener, T> call) {
    return submit(() -> Watched.call(pool.status(), kind, target, progress, call));
  }

  private <T> CompletableFuture<T> submit(Supplier<T> call) {
    try {
      return CompletableFuture.supplyAsync(() -> named(call), calls);
    } catch (RejectedExecutionException e) {
      throw new SaverException(CLOSED, e);
    }
  }

  /** Waits for a call that was made by this method's caller. */
  private <T> T finish(CompletableFuture<T> call) {
    if (isOwnThread() && !call.isDone()) {
      throw new SaverException(
          "a progress listener, or what follows a call on the saver's own thread,"
              + " would wait here for itself; use saveAsync or restoreAsync, or thenRunAsync and the like");
    }
    return await(call);
  }

  private boolean isOwnThread() {
    return Thread.currentThread() == callThread;
  }

  /** What cannot be read while it is looked at comes unchecked, and with its name. */
  private static <T> T named(Supplier<T> call) {
    try {
      return call.get();
    } catch (UncheckedIOException e) {
      throw new SaverException(e.getCause().getMessage(), e);
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

  /**
   * Finishes the calls that have been made, ends the workers and gives all shared memory back. Any thread may close, also several; each waits
   * until that is done, but for the saver's own, on which progress listeners run and what follows a call.
   */
  @Override
  public void close() {
    CompletableFuture<Void> end = beginClose();
    if (!isOwnThread()) {
      await(end);
    }
  }

  private synchronized CompletableFuture<Void> beginClose() {
    if (closed == null) {
      closed = CompletableFuture.runAsync(work::close, calls)
          .whenComplete((done, e) -> copiers.shutdown());
      calls.shutdown();
    }
    return closed;
  }
}
