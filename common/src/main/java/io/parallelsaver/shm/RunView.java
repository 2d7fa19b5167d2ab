package io.parallelsaver.shm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A run as it was at one moment, for those who look on. Nothing in it is changed by looking, and nothing mapped: whoever owns a run may
 * cut its files off meanwhile.
 *
 * @param path the run directory
 * @param pid process id of the coordinator, by the name of the directory; 0 if that tells none
 * @param user who owns it
 * @param live whether the coordinator lives
 * @param status what it said; empty if it said nothing that can be read
 * @param problem why there is no status; empty if there is
 * @param workers those that have been started; only as good as their own last word when the run is dead
 */
public record RunView(
    Path path,
    long pid,
    String user,
    boolean live,
    Optional<StatusReading> status,
    String problem,
    List<WorkerRow> workers) {

  private static final int LARGEST_TABLE = 1 << 20;

  /**
   * Looks at all runs.
   *
   * @param parent where they are, normally {@code /dev/shm}
   * @param everybodys whether also at those of others that may be read; else only at this user's
   * @throws IOException if there is no such directory, or it cannot be read
   */
  public static List<RunView> all(Path parent, boolean everybodys) throws IOException {
    List<RunView> views = new ArrayList<>();
    String user = Files.getOwner(Path.of("/proc/self")).getName();
    try (SecureDirectoryStream<Path> all = Trees.open(parent)) {
      for (Path run : all) {
        if (run.getFileName().toString().startsWith(RunDirectory.PREFIX)) {
          look(all, run, everybodys ? null : user).ifPresent(views::add);
        }
      }
    }
    views.sort(Comparator.comparing(RunView::path));
    return views;
  }

  /** Looks at one run; empty if there is none, or it may not be read. */
  public static Optional<RunView> of(Path run) throws IOException {
    Path absolute = run.toAbsolutePath();
    if (!String.valueOf(absolute.getFileName()).startsWith(RunDirectory.PREFIX)) {
      return Optional.empty();
    }
    try (SecureDirectoryStream<Path> parent = Trees.open(absolute.getParent())) {
      return look(parent, absolute, null);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * @param user whose runs are wanted; null for anybody's
   */
  private static Optional<RunView> look(SecureDirectoryStream<Path> parent, Path path, String user)
      throws IOException {
    try (SecureDirectoryStream<Path> run = Trees.open(parent, path.getFileName())) {
      PosixFileAttributes found =
          run.getFileAttributeView(PosixFileAttributeView.class).readAttributes();
      String owner = found.owner().getName();
      // What others could write to was not made by a run.
      if (user != null && !user.equals(owner)
          || !found.permissions().equals(PrivateFile.DIRECTORY)) {
        return Optional.empty();
      }
      return Optional.of(read(run, path, owner));
    } catch (FileSystemException e) {
      // It is gone, is no directory but perhaps a symbolic link to one, or is nobody's business.
      return Optional.empty();
    }
  }

  private static RunView read(SecureDirectoryStream<Path> run, Path path, String owner)
      throws IOException {
    boolean live = isLive(run, path);
    Optional<StatusReading> status = Optional.empty();
    String problem = "";
    try (FileChannel file = open(run, RunDirectory.STATUS)) {
      status = Optional.of(StatusReading.read(file));
    } catch (NoSuchFileException e) {
      problem = "there is no status file";
    } catch (IOException e) {
      problem = "the status file " + e.getMessage();
    }
    long pid = RunDirectory.ownerPid(path).orElse(0);
    return new RunView(path, pid, owner, live, status, problem, workers(run));
  }

  private static List<WorkerRow> workers(SecureDirectoryStream<Path> run) throws IOException {
    try (FileChannel file = open(run, RunDirectory.WORKERS)) {
      ByteBuffer table = ByteBuffer.allocate((int) Math.min(LARGEST_TABLE, file.size()));
      while (table.hasRemaining() && file.read(table) >= 0) {
        // Until all is read.
      }
      return WorkerTable.rows(table);
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /** A run of this process must not have its lock file opened: POSIX would drop the lock when it is closed. */
  private static boolean isLive(SecureDirectoryStream<Path> run, Path path) throws IOException {
    if (LiveRuns.contains(path)) {
      return true;
    }
    // A shared lock: several may look at the same time.
    try (FileChannel channel = open(run, RunDirectory.LOCK);
        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return lock == null;
    } catch (OverlappingFileLockException e) {
      return true;
    } catch (NoSuchFileException e) {
      // It is being made.
      return true;
    }
  }

  private static FileChannel open(SecureDirectoryStream<Path> run, String name) throws IOException {
    Path file = Path.of(name);
    if (!run.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes()
        .isRegularFile()) {
      throw new IOException("is no file");
    }
    return (FileChannel)
        run.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
  }
}
