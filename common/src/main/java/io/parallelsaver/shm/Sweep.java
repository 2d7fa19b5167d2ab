package io.parallelsaver.shm;

import io.parallelsaver.shards.SetStaging;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the run directories whose owners are dead, and the unfinished files that these runs left elsewhere. In shared memory anyone can
 * put anything: what is not a directory of this user's, closed to all others, is left alone and not looked into.
 *
 * @param removed run directories that were removed
 * @param live run directories left alone because their owner lives
 * @param foreign run directories left alone because they belong to another user, or are none
 */
public record Sweep(List<Path> removed, List<Path> live, List<Path> foreign) {

  /** A directory without a lock file is being created, or its creator died within these first moments. */
  private static final Duration BIRTH = Duration.ofSeconds(30);

  /** Bytes of a path, and some more. */
  private static final int LONGEST_NOTE = 16 << 10;

  private enum State {
    LIVE,
    DEAD,
    FOREIGN
  }

  /** Sweeps all run directories in {@code parent}. What cannot be removed is logged, and left for the next sweep. */
  public static Sweep of(Path parent) throws IOException {
    Sweep sweep = new Sweep(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    try (SecureDirectoryStream<Path> all = Trees.open(parent)) {
      for (Path run : all) {
        if (run.getFileName().toString().startsWith(RunDirectory.PREFIX)) {
          sweep.visit(all, run);
        }
      }
    }
    return sweep;
  }

  private void visit(SecureDirectoryStream<Path> parent, Path run) {
    if (LiveRuns.contains(run)) {
      live.add(run);
      return;
    }
    try (SecureDirectoryStream<Path> opened = Trees.open(parent, run.getFileName())) {
      switch (state(opened)) {
        case LIVE -> live.add(run);
        case FOREIGN -> foreign.add(run);
        case DEAD -> {
          remove(parent, opened, run.getFileName());
          removed.add(run);
          log().info("removed what a dead run left: {}", run);
        }
      }
    } catch (NoSuchFileException e) {
      log().debug("another sweep was faster: {}", run);
    } catch (IOException e) {
      judge(parent, run, e);
    }
  }

  /** A file, a symbolic link, or what may not be opened: not made by a run of this user. */
  private void judge(SecureDirectoryStream<Path> parent, Path run, IOException problem) {
    try {
      PosixFileAttributes found = attributes(parent, run.getFileName());
      if (!found.isDirectory() || !PrivateFile.isOwn(found)) {
        foreign.add(run);
        return;
      }
    } catch (IOException e) {
      problem.addSuppressed(e);
    }
    log().warn("cannot sweep {}: {}", run, problem.toString());
  }

  private static State state(SecureDirectoryStream<Path> run) throws IOException {
    PosixFileAttributes found =
        run.getFileAttributeView(PosixFileAttributeView.class).readAttributes();
    // Nobody else can have put anything into a directory of this owner and mode.
    if (!PrivateFile.isOwn(found) || !found.permissions().equals(PrivateFile.DIRECTORY)) {
      return State.FOREIGN;
    }
    try (FileChannel channel = (FileChannel) run.newByteChannel(
            Path.of(RunDirectory.LOCK),
            Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        FileLock lock = channel.tryLock()) {
      return lock == null ? State.LIVE : State.DEAD;
    } catch (OverlappingFileLockException e) {
      return State.LIVE;
    } catch (NoSuchFileException e) {
      Instant born = found.lastModifiedTime().toInstant();
      return born.plus(BIRTH).isAfter(Instant.now()) ? State.LIVE : State.DEAD;
    }
  }

  static PosixFileAttributes attributes(SecureDirectoryStream<Path> parent, Path name)
      throws IOException {
    return parent
        .getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes();
  }

  /** Removes a run of ours, its unfinished files first. What is gone already is no error. */
  static void remove(Path run) throws IOException {
    Path absolute = run.toAbsolutePath();
    try (SecureDirectoryStream<Path> parent = Trees.open(absolute.getParent());
        SecureDirectoryStream<Path> opened = Trees.open(parent, absolute.getFileName())) {
      remove(parent, opened, absolute.getFileName());
    } catch (NoSuchFileException e) {
      log().debug("gone already: {}", run);
    }
  }

  /** As long as there is a lock, everybody knows that its owner is dead: so it goes last. */
  private static void remove(
      SecureDirectoryStream<Path> parent, SecureDirectoryStream<Path> opened, Path name)
      throws IOException {
    removeLitter(opened, name.toString());
    Trees.empty(parent, name, Set.of(RunDirectory.LOCK));
    Trees.delete(parent, name);
  }

  private static void removeLitter(SecureDirectoryStream<Path> run, String name)
      throws IOException {
    try (SecureDirectoryStream<Path> notes = Trees.open(run, Path.of(RunDirectory.LITTER))) {
      for (Path note : notes) {
        Optional<Unfinished> unfinished =
            Unfinished.of(name, note.getFileName(), read(notes, note));
        if (unfinished.isPresent()) {
          remove(unfinished.get());
        }
      }
    } catch (NoSuchFileException e) {
      log().debug("{} has noted nothing", name);
    }
  }

  private static String read(SecureDirectoryStream<Path> notes, Path note) throws IOException {
    Set<OpenOption> options = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    try (SeekableByteChannel channel = notes.newByteChannel(note.getFileName(), options)) {
      ByteBuffer text = ByteBuffer.allocate(LONGEST_NOTE);
      while (text.hasRemaining() && channel.read(text) >= 0) {
        // Until all is read.
      }
      return new String(text.array(), 0, text.position(), StandardCharsets.UTF_8);
    }
  }

  private static void remove(Unfinished unfinished) throws IOException {
    removeOurs(unfinished.path());
    for (int i = unfinished.folders().size() - 1; i >= 0; i--) {
      removeEmpty(unfinished.folders().get(i));
    }
  }

  private static void removeEmpty(Path folder) {
    try (SecureDirectoryStream<Path> parent = Trees.open(folder.getParent())) {
      if (PrivateFile.isOwn(attributes(parent, folder.getFileName()))) {
        parent.deleteDirectory(folder.getFileName());
      }
    } catch (IOException e) {
      log().debug("{} is in use, or gone: {}", folder, e.toString());
    }
  }

  /** In a folder that others can write to, something else may stand where the run has left it. */
  private static void removeOurs(Path unfinished) throws IOException {
    try (SecureDirectoryStream<Path> folder = Trees.open(unfinished.getParent())) {
      if (PrivateFile.isOwn(attributes(folder, unfinished.getFileName()))) {
        if (SetStaging.set(unfinished).isPresent() && SetStaging.finish(unfinished)) {
          log().info("put all shards of a set into their places that were left in {}", unfinished);
        } else {
          Trees.delete(folder, unfinished.getFileName());
        }
      } else {
        log().warn("{} is not ours, and stays", unfinished);
      }
    } catch (NoSuchFileException e) {
      log().debug("gone already: {}", unfinished);
    }
  }

  /** Asked for when there is something to say: the first logger of a JVM takes a tenth of a second. */
  private static Logger log() {
    return LoggerFactory.getLogger(Sweep.class);
  }
}
