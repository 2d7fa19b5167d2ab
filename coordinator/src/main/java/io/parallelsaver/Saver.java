package io.parallelsaver;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.output.Durability;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.restore.BlockRestore;
import io.parallelsaver.restore.DirectoryRestore;
import io.parallelsaver.restore.Inflated;
import io.parallelsaver.restore.LocalRead;
import io.parallelsaver.restore.SharedBlock;
import io.parallelsaver.restore.Verify;
import io.parallelsaver.save.DirectorySave;
import io.parallelsaver.save.FileSave;
import io.parallelsaver.shm.SharedFile;
import io.parallelsaver.stored.ArchiveFile;
import io.parallelsaver.stored.Format;
import io.parallelsaver.stored.StoredArrays;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
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
  private static final String SUFFIX = ".npz";
  private static final int MOST_COPIERS = 8;

  private final SaverOptions options;
  private final WorkerPool pool;
  private final ExecutorService calls;
  private final ExecutorService copiers;
  private final SharedBlock block;
  private final Queue<SharedBlock> sharedBlocks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger allocated = new AtomicInteger();
  private int lastShared;

  private Saver(SaverOptions options) {
    this.options = options;
    this.pool = WorkerPool.prepare(options.pool());
    this.calls = Executors.newSingleThreadExecutor(daemons("parallel-saver-calls"));
    int copierCount = Math.min(MOST_COPIERS, options.pool().workers());
    this.copiers = Executors.newFixedThreadPool(copierCount, daemons("parallel-saver-copier"));
    this.block = new SharedBlock(pool.run().block());
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
    return submit(() -> save(target, arrays.asMap(), format, progress));
  }

  private Report save(
      Path target, Map<String, NDArray> arrays, Format format, ProgressListener progress) {
    long start = System.nanoTime();
    Path file = format.isDirectory() ? target : withSuffix(target, "." + format);
    try (Inflated ready = Inflated.of(pool, arrays, file)) {
      FileSave.Result saved =
          switch (format) {
            case NPZ ->
              options.level() == SaverOptions.STORED
                  ? fileSave(ready.arrays(), progress).stored(file, options.profile())
                  : fileSave(ready.arrays(), progress).deflated(file, options.level());
            case SAFETENSORS -> fileSave(ready.arrays(), progress).safetensors(file);
            case NPY ->
              DirectorySave.npy(
                  pool, file, ready.arrays(), options.durability(), copiers, progress);
            case PICKLE ->
              DirectorySave.pickle(
                  pool, file, ready.arrays(), options.durability(), copiers, progress);
          };
      return new Report(file, saved.members(), saved.bytes(), secondsSince(start), saved.workers());
    }
  }

  private FileSave fileSave(Map<String, NDArray> arrays, ProgressListener progress) {
    return new FileSave(
        pool, arrays, options.durability(), options.localBytes(), copiers, progress);
  }

  /** Restores all arrays and waits; see {@link #restoreAsync}. */
  public RestoredArrays restore(Path source) {
    return await(restoreAsync(source, null, ProgressListener.NONE));
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
    return reading(source, stored -> {
      long start = System.nanoTime();
      Map<String, NDArray> wanted = stored.select(keys);
      long bytes =
          wanted.values().stream().mapToLong(array -> array.spec().byteSize()).sum();
      if (bytes <= options.localBytes() && !pool.anyReady()) {
        Map<String, NDArray> read = LocalRead.all(stored.path(), wanted);
        progress.progress(bytes, bytes);
        return new RestoredArrays(
            read, new Report(stored.path(), read.size(), bytes, secondsSince(start), List.of()));
      }
      BlockRestore.Result restored =
          BlockRestore.run(pool, stored.path(), wanted, block, copiers, progress);
      return new RestoredArrays(
          restored.arrays(),
          new Report(
              stored.path(),
              restored.arrays().size(),
              restored.bytes(),
              secondsSince(start),
              restored.workers()));
    });
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
    return reading(source, stored -> {
      long start = System.nanoTime();
      SharedBlock shared = sharedBlocks.poll();
      SharedBlock taken = shared == null ? new SharedBlock(pool.run().block(++lastShared)) : shared;
      try {
        BlockRestore.Result restored =
            BlockRestore.share(pool, stored.path(), stored.select(keys), taken, progress);
        Report report = new Report(
            stored.path(),
            restored.arrays().size(),
            restored.bytes(),
            secondsSince(start),
            restored.workers());
        return new SharedArrays(
            restored.arrays(), restored.offsets(), taken.file(), report, () -> giveBack(taken));
      } catch (RuntimeException | Error e) {
        giveBack(taken);
        throw e;
      }
    });
  }

  private void giveBack(SharedBlock block) {
    block.recycle();
    sharedBlocks.add(block);
  }

  /**
   * Makes an array in shared memory, all zeros, that is saved without being copied first.
   *
   * @param shape extents, outermost first, in C order
   * @throws io.parallelsaver.error.StorageFullException if shared memory has no room for it
   */
  public SharedArray allocate(DType dtype, long... shape) {
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
        source,
        stored -> restore(stored, directory, stored.path(), keys, Durability.NONE, progress));
  }

  private RestoredFiles restore(
      StoredArrays stored,
      Path directory,
      Path reported,
      List<String> keys,
      Durability durability,
      ProgressListener progress) {
    long start = System.nanoTime();
    if (stored instanceof ArchiveFile archive) {
      DirectoryRestore.Result restored =
          DirectoryRestore.run(pool, archive, directory, keys, durability, progress);
      Report report = new Report(
          reported,
          restored.files().size(),
          restored.bytes(),
          secondsSince(start),
          restored.workers());
      return new RestoredFiles(report, restored.files());
    }
    Map<String, NDArray> arrays = stored.select(keys);
    FileSave.Result saved =
        DirectorySave.npy(pool, directory, arrays, durability, copiers, progress);
    Map<String, Path> files = new LinkedHashMap<>();
    arrays.keySet().forEach(key -> files.put(key, directory.resolve(key + ".npy")));
    Report report =
        new Report(reported, saved.members(), saved.bytes(), secondsSince(start), saved.workers());
    return new RestoredFiles(report, files);
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
    return reading(
        source,
        stored -> format == Format.NPY
            ? restore(stored, target, target, keys, options.durability(), progress)
                .report()
            : save(target, stored.select(keys), format, progress));
  }

  /**
   * Checks every header and every checksum there is.
   *
   * @return completes with what was found; exceptionally with a {@link SaverException} if it cannot be opened at all
   */
  public CompletableFuture<Verification> verify(Path source, ProgressListener progress) {
    return reading(source, stored -> {
      long start = System.nanoTime();
      Verify.Result found = Verify.run(pool, stored, progress);
      Report report = new Report(
          stored.path(), found.members(), found.bytes(), secondsSince(start), found.workers());
      return new Verification(report, found.damaged());
    });
  }

  private <T> CompletableFuture<T> reading(Path source, Function<StoredArrays, T> call) {
    return submit(() -> {
      Path there = Files.exists(source) ? source : withSuffix(source, SUFFIX);
      try (StoredArrays stored = StoredArrays.open(there, options.maxHeader())) {
        return call.apply(stored);
      }
    });
  }

  /** Process ids of the workers, for those who want to look at them. */
  public List<Long> workerPids() {
    return await(submit(pool::pids));
  }

  private static Path withSuffix(Path file, String suffix) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(suffix) ? file : file.resolveSibling(name + suffix);
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
