package io.parallelsaver;

import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npz.Salvage;
import io.parallelsaver.output.Durability;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.pool.WorkerShare;
import io.parallelsaver.restore.BlockRestore;
import io.parallelsaver.restore.DirectoryRestore;
import io.parallelsaver.restore.Inflated;
import io.parallelsaver.restore.LocalRead;
import io.parallelsaver.restore.Proof;
import io.parallelsaver.restore.SharedBlock;
import io.parallelsaver.restore.Verify;
import io.parallelsaver.save.DirectorySave;
import io.parallelsaver.save.FileSave;
import io.parallelsaver.save.SetSave;
import io.parallelsaver.shards.ShardIndex;
import io.parallelsaver.stored.ArchiveFile;
import io.parallelsaver.stored.Format;
import io.parallelsaver.stored.StoredArrays;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/** What the calls of a {@link Saver} do, in its one thread for calls. */
final class Work implements AutoCloseable {
  /** Arrays of so few bytes are read by the thread that is asked for them. */
  private static final int SMALL = 64 << 20;

  private final SaverOptions options;
  private final WorkerPool pool;
  private final Executor copiers;
  private final SharedBlock block;
  private final Queue<SharedBlock> sharedBlocks = new ConcurrentLinkedQueue<>();
  private int lastShared;

  Work(SaverOptions options, WorkerPool pool, Executor copiers) {
    this.options = options;
    this.pool = pool;
    this.copiers = copiers;
    this.block = new SharedBlock(pool.run().block());
  }

  /** The time since the call began, and what its report says. */
  private static final class Clock {
    private final long start = System.nanoTime();

    /** Keys of what is no array, as they are found. */
    private final List<String> others = new ArrayList<>();

    Report report(Path file, int members, long bytes, List<WorkerShare> workers) {
      double seconds = (System.nanoTime() - start) / 1e9;
      return new Report(file, members, bytes, seconds, workers, List.copyOf(others));
    }

    Report report(Path file, FileSave.Result saved) {
      return report(file, saved.members(), saved.bytes(), saved.workers());
    }

    Report report(Path file, BlockRestore.Result restored) {
      return report(file, restored.arrays().size(), restored.bytes(), restored.workers());
    }
  }

  Report save(Path file, Map<String, NDArray> arrays, Format format, ProgressListener progress) {
    return save(new Clock(), file, arrays, format, progress);
  }

  private Report save(
      Clock clock,
      Path file,
      Map<String, NDArray> arrays,
      Format format,
      ProgressListener progress) {
    try (Inflated ready = Inflated.of(pool, arrays, file)) {
      Map<String, NDArray> plain = ready.arrays();
      progress.arrays(0, plain.size());
      FileSave.Result saved =
          switch (format) {
            case NPZ ->
              !options.sharding().isNone()
                  ? new SetSave(pool, plain, options.durability(), copiers, progress)
                      .run(file, options.sharding(), options.profile())
                  : options.level() == SaverOptions.STORED
                      ? fileSave(plain, progress).stored(file, options.profile())
                      : fileSave(plain, progress).deflated(file, options.level());
            case SAFETENSORS -> fileSave(plain, progress).safetensors(file);
            case NPY ->
              DirectorySave.npy(pool, file, plain, options.durability(), copiers, progress);
            case PICKLE ->
              DirectorySave.pickle(pool, file, plain, options.durability(), copiers, progress);
          };
      return clock.report(file, saved);
    }
  }

  private FileSave fileSave(Map<String, NDArray> arrays, ProgressListener progress) {
    return new FileSave(pool, arrays, options.durability(), copiers, progress);
  }

  RestoredArrays restore(StoredArrays stored, List<String> keys, ProgressListener progress) {
    Clock clock = new Clock();
    Map<String, NDArray> wanted = stored.select(keys, clock.others::add);
    progress.arrays(0, wanted.size());
    long bytes =
        wanted.values().stream().mapToLong(array -> array.spec().byteSize()).sum();
    if (bytes <= Math.min(SMALL, pool.options().localBytes()) && !pool.anyReady()) {
      Map<String, NDArray> read = LocalRead.all(stored.path(), wanted);
      progress.progress(bytes, bytes);
      return new RestoredArrays(read, clock.report(stored.path(), read.size(), bytes, List.of()));
    }
    BlockRestore.Result restored =
        BlockRestore.run(pool, stored.path(), wanted, block, copiers, progress);
    return new RestoredArrays(restored.arrays(), clock.report(stored.path(), restored));
  }

  SharedArrays share(StoredArrays stored, List<String> keys, ProgressListener progress) {
    Clock clock = new Clock();
    SharedBlock kept = sharedBlocks.poll();
    SharedBlock taken = kept == null ? new SharedBlock(pool.run().block(++lastShared)) : kept;
    try {
      BlockRestore.Result restored = BlockRestore.share(
          pool, stored.path(), stored.select(keys, clock.others::add), taken, progress);
      return new SharedArrays(
          restored.arrays(),
          restored.offsets(),
          taken.file(),
          clock.report(stored.path(), restored),
          () -> giveBack(taken));
    } catch (RuntimeException | Error e) {
      giveBack(taken);
      throw e;
    }
  }

  private void giveBack(SharedBlock shared) {
    shared.recycle();
    sharedBlocks.add(shared);
  }

  /**
   * @param reported what the report calls the file
   */
  RestoredFiles restoreToDirectory(
      StoredArrays stored,
      Path directory,
      Path reported,
      List<String> keys,
      Durability durability,
      ProgressListener progress) {
    Clock clock = new Clock();
    if (stored instanceof ArchiveFile archive) {
      DirectoryRestore.Result restored =
          DirectoryRestore.run(pool, archive, directory, keys, durability, progress);
      Map<String, Path> files = restored.files();
      clock.others.addAll(restored.others());
      return new RestoredFiles(
          clock.report(reported, files.size(), restored.bytes(), restored.workers()), files);
    }
    Map<String, NDArray> arrays = stored.select(keys);
    FileSave.Result saved =
        DirectorySave.npy(pool, directory, arrays, durability, copiers, progress);
    Map<String, Path> files = new LinkedHashMap<>();
    arrays.keySet().forEach(key -> files.put(key, directory.resolve(key + ".npy")));
    return new RestoredFiles(clock.report(reported, saved), files);
  }

  Report convert(
      StoredArrays stored,
      Path target,
      Format format,
      List<String> keys,
      ProgressListener progress) {
    if (format == Format.NPY) {
      return restoreToDirectory(stored, target, target, keys, options.durability(), progress)
          .report();
    }
    Clock clock = new Clock();
    return save(clock, target, stored.select(keys, clock.others::add), format, progress);
  }

  Repair repair(
      Path source, Path target, Format format, Proof.Wanted wanted, ProgressListener progress) {
    try {
      if (target != null && Files.exists(target) && Files.isSameFile(source, target)) {
        throw new InputException(
            "cannot repair " + source + " in its own place: name another file, the source is kept");
      }
      if (checksummed(source, wanted.rows())) {
        try (Salvage salvage = Salvage.open(source, options.maxHeader())) {
          Proof.Result found = Proof.run(pool, source, salvage, wanted, progress);
          return repair(source, salvage.directoryWhole(), found, target, format, progress);
        }
      }
      Proof.Result found = Proof.ofNpy(source, options.maxHeader());
      return repair(source, true, found, target, format, progress);
    } catch (IOException e) {
      throw new InputException("cannot read " + source + ": " + e, e);
    }
  }

  private Repair repair(
      Path source,
      boolean directoryWhole,
      Proof.Result found,
      Path target,
      Format format,
      ProgressListener progress) {
    Optional<Report> report = target == null || found.arrays().isEmpty()
        ? Optional.empty()
        : Optional.of(save(target, found.arrays(), format, progress));
    return new Repair(source, directoryWhole, found.findings(), found.arrays().size(), report);
  }

  /**
   * Whether it is an archive, which has checksums; else it must be an {@code .npy} file of which the rows are wanted.
   *
   * @throws InputException if it is neither
   */
  private static boolean checksummed(Path source, boolean rows) throws IOException {
    if (Files.isDirectory(source)) {
      throw new InputException("cannot repair " + source
          + ": each file in it is an array of its own, and has no checksum; 'parallel-saver verify "
          + source + "' names those that are damaged, the others can be used as they are");
    }
    if (ShardIndex.isIndex(source)) {
      throw new InputException("cannot repair " + source
          + ": it is the index of a sharded set, whose shards are archives and are repaired one by one;"
          + " 'parallel-saver verify " + source + "' names those that are damaged");
    }
    Format format = StoredArrays.formatOf(source);
    if (format == Format.NPY && rows || format == Format.NPZ) {
      return format == Format.NPZ;
    }
    throw new InputException("cannot repair " + source
        + ": only .npz archives are repaired; this format has no checksums that could prove"
        + " anything whole. 'parallel-saver verify " + source + "' says what is wrong"
        + (format == Format.NPY ? "; --rows brings out the rows that are there" : "")
        + (format == Format.SAFETENSORS
            ? "; 'parallel-saver convert' with --keys brings out the tensors that are there"
            : ""));
  }

  /** What a damaged archive is to be told beside what is wrong with it. */
  CorruptException withAdvice(Path source, CorruptException problem) {
    try (Salvage salvage = Salvage.open(source, options.maxHeader())) {
      return salvage.count() == 0
          ? problem
          : new CorruptException(
              problem.getMessage() + "; " + salvage.count()
                  + " members can be found without the directory: 'parallel-saver repair " + source
                  + " TARGET' brings out those that are whole",
              problem);
    } catch (IOException | InputException e) {
      problem.addSuppressed(e);
      return problem;
    }
  }

  Verification verify(StoredArrays stored, ProgressListener progress) {
    Clock clock = new Clock();
    Verify.Result found = Verify.run(pool, stored, options.maxHeader(), progress);
    clock.others.addAll(found.others());
    return new Verification(
        clock.report(stored.path(), found.members(), found.bytes(), found.workers()),
        found.damaged());
  }

  /** Ends the workers and gives all shared memory back, but for what somebody looks at. */
  @Override
  public void close() {
    try (pool) {
      block.close();
    }
  }
}
