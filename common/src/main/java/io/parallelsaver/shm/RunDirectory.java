package io.parallelsaver.shm;

import io.parallelsaver.error.FileFailure;
import io.parallelsaver.error.SaverException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The directory of one coordinator under {@code /dev/shm}, mode 0700, with a name nobody can guess.
 *
 * <pre>
 * parallel-saver-PID-RANDOM/
 *   lock          locked by the owner for as long as it lives: the kernel lets go when it dies
 *   owner         the owner's pid, for people
 *   workers       a row for each worker: {@link WorkerTable}
 *   status        what the coordinator is at: {@link RunStatus}
 *   arena         staged bytes: {@link Arena}
 *   block         restored bytes, to be copied out
 *   block-N       restored bytes that are looked at where they are
 *   shared-N      an array that is saved from where it is
 *   jobs/         queue from the coordinator to the workers
 *   receipts-N/   queue from worker N to the coordinator
 *   call-N        the files that jobs of call N may touch, while it is under way
 *   litter/       for each call under way, the unfinished files it has outside this directory
 *   worker-N.log  what worker N printed
 *   worker-N.hs_err  what its JVM wrote when it crashed; empty if it did not
 * </pre>
 */
public final class RunDirectory implements AutoCloseable {
  static final String PREFIX = "parallel-saver-";
  static final String LOCK = "lock";
  static final String OWNER = "owner";
  static final String LITTER = "litter";
  static final String WORKERS = "workers";
  static final String STATUS = "status";

  private final Path path;
  private final Gate gate = new Gate();
  private FileChannel lockChannel;

  private RunDirectory(Path path) {
    this.path = path;
  }

  /** Makes an unfinished file or directory. */
  public interface Making<T> {
    T make() throws IOException;
  }

  /**
   * Creates a directory for this process and holds its lock.
   *
   * @param parent normally {@code /dev/shm}
   * @throws SaverException if there is no such parent, or it cannot be written
   */
  public static RunDirectory create(Path parent) {
    RunDirectory run = named(parent);
    run.create();
    return run;
  }

  /** A directory that has its name, and is not there yet: who is to remove it can be told before. */
  public static RunDirectory named(Path parent) {
    return new RunDirectory(parent.resolve(
        PREFIX + ProcessHandle.current().pid() + "-" + HexFormat.of().formatHex(random(8))));
  }

  /**
   * Creates the directory and holds its lock.
   *
   * @throws SaverException if there is no such parent, or it cannot be written
   */
  public void create() {
    gate.pass(() -> {
      try {
        make();
        return null;
      } catch (IOException | UnsupportedOperationException e) {
        throw notMade(e);
      }
    });
  }

  private void make() throws IOException {
    LiveRuns.add(path);
    PrivateFile.createDirectory(path);
    // It gets its name when it is locked: a sweep that came in between would take the run for
    // dead.
    Path unnamed = path.resolve(LOCK + ".new");
    lockChannel = PrivateFile.create(unnamed);
    FileLock lock = lockChannel.tryLock();
    if (lock == null) {
      throw new IOException("cannot lock " + unnamed);
    }
    Files.move(unnamed, path.resolve(LOCK), StandardCopyOption.ATOMIC_MOVE);
    PrivateFile.write(path.resolve(OWNER), Long.toString(ProcessHandle.current().pid()));
    PrivateFile.createDirectory(path.resolve(LITTER));
  }

  /**
   * Looks whether a path that somebody else has named is a run directory, closed to all but this process's user.
   *
   * @throws SaverException if it is not
   */
  public static void checkOwn(Path run) {
    try {
      PosixFileAttributes found =
          Files.readAttributes(run, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      boolean ours = found.isDirectory()
          && found.permissions().equals(PrivateFile.DIRECTORY)
          && PrivateFile.isOwn(found)
          && run.getFileName().toString().startsWith(PREFIX);
      if (!ours) {
        throw new SaverException(run + " is no run directory of this user");
      }
    } catch (IOException e) {
      throw FileFailure.of("cannot look at run directory " + run, run, 0, e);
    }
  }

  private SaverException notMade(Exception cause) {
    FileChannel lock = lockChannel;
    try (lock) {
      Trees.delete(path);
    } catch (IOException e) {
      cause.addSuppressed(e);
    } finally {
      LiveRuns.remove(path);
    }
    Path parent = path.toAbsolutePath().getParent();
    String hint = Files.isDirectory(parent)
        ? ""
        : " (there is no directory " + parent + "; parallel-saver needs shared memory)";
    String what = "cannot create run directory " + path + hint;
    return cause instanceof IOException failure
        ? Reservation.failure(what, parent, failure)
        : new SaverException(what + ": " + cause, cause);
  }

  /** From the kernel, whom {@code SecureRandom} would ask as well, after a search for those who can. */
  private static byte[] random(int count) {
    try (InputStream random = new FileInputStream("/dev/urandom")) {
      return random.readNBytes(count);
    } catch (IOException e) {
      throw new SaverException("cannot read random numbers: " + e, e);
    }
  }

  public Path path() {
    return path;
  }

  public Path workerTable() {
    return path.resolve(WORKERS);
  }

  public Path status() {
    return path.resolve(STATUS);
  }

  public Path arena() {
    return path.resolve("arena");
  }

  public Path block() {
    return path.resolve("block");
  }

  /** The N-th block of restored bytes that are looked at where they are. */
  public Path block(int number) {
    return path.resolve("block-" + number);
  }

  /** The N-th array that was made in shared memory. */
  public Path shared(int number) {
    return path.resolve("shared-" + number);
  }

  public Path jobs() {
    return jobs(path);
  }

  public Path receipts(int worker) {
    return receipts(path, worker);
  }

  public Path workerLog(int worker) {
    return path.resolve("worker-" + worker + ".log");
  }

  public Path call(long number) {
    return call(path, number);
  }

  public Path workerCrash(int worker) {
    return path.resolve("worker-" + worker + ".hs_err");
  }

  /** Pid of the owner of the run in {@code directory}, by its name; empty if the name is none of ours. */
  public static OptionalLong ownerPid(Path directory) {
    String[] parts =
        directory.getFileName().toString().substring(PREFIX.length()).split("-");
    return parts.length == 2 && parts[0].matches("[0-9]{1,18}")
        ? OptionalLong.of(Long.parseLong(parts[0]))
        : OptionalLong.empty();
  }

  /** Job queue of the run in {@code directory}, as a worker sees it. */
  public static Path jobs(Path directory) {
    return directory.resolve("jobs");
  }

  /** Receipt queue of one worker of the run in {@code directory}. */
  public static Path receipts(Path directory, int worker) {
    return directory.resolve("receipts-" + worker);
  }

  /** Files of one call of the run in {@code directory}. */
  public static Path call(Path directory, long number) {
    return directory.resolve("call-" + number);
  }

  /** Arena of the run in {@code directory}. */
  public static Path arena(Path directory) {
    return directory.resolve("arena");
  }

  /** Worker table of the run in {@code directory}. */
  public static Path workerTable(Path directory) {
    return directory.resolve(WORKERS);
  }

  /**
   * Name for what a call has not finished yet, beside {@code target}. It carries the run's id, so that a sweep can tell that it is
   * ours.
   */
  public Path unfinished(long call, Path target) {
    return target.resolveSibling(
        Unfinished.name(path.getFileName().toString(), Long.toString(call)));
  }

  /** What a sharded set is called that a call saves. Its folder is noted as an unfinished file is. */
  public String set(long call) {
    return path.getFileName() + "-" + call;
  }

  /**
   * Notes an unfinished file or directory of a call, so that whoever sweeps after a crash removes it, and makes it.
   *
   * @param folders those around it that are made with it, outermost first: they go with it if nothing else is in them
   * @throws io.parallelsaver.error.StorageFullException if shared memory has no room for the note
   * @throws SaverException if the JVM is going down
   */
  public <T> T noteAndMake(long call, Path unfinished, List<Path> folders, Making<T> making)
      throws IOException {
    return gate.pass(() -> {
      note(call, new Unfinished(unfinished, folders));
      return making.make();
    });
  }

  private void note(long call, Unfinished unfinished) {
    try {
      PrivateFile.write(litter(call), unfinished.note());
    } catch (IOException e) {
      throw Reservation.failure(
          "cannot note " + unfinished.path() + " in " + litter(call), path, e);
    }
  }

  /** Forgets what {@link #noteAndMake} noted. Call when it is gone, or has become the target. */
  public void forgetLitter(long call) throws IOException {
    Files.deleteIfExists(litter(call));
  }

  private Path litter(long call) {
    return path.resolve(LITTER).resolve(Long.toString(call));
  }

  /** What must not begin any more once this directory is given up. */
  public Gate gate() {
    return gate;
  }

  /** Removes all unfinished files that are noted, then the directory: what a sweep would do after the owner's death. */
  public void abandon() throws IOException {
    Sweep.remove(path);
  }

  /** Gives the memory back, and keeps the notes of unfinished files for the next sweep: where they are, nothing can be removed now. */
  public void abandonMemory() throws IOException {
    Trees.empty(path, Set.of(LOCK, OWNER, LITTER));
  }

  /** Removes the directory with all that is in it, and what is still noted. What cannot be removed now is left to the next sweep. */
  @Override
  public void close() {
    FileChannel lock = lockChannel;
    try (lock) {
      abandon();
    } catch (IOException e) {
      throw FileFailure.of("cannot remove run directory " + path, path, 0, e);
    } finally {
      LiveRuns.remove(path);
    }
  }
}
