package io.parallelsaver.shm;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the run directories whose owners are dead, and the unfinished files that these runs left elsewhere.
 *
 * @param removed run directories that were removed
 * @param live run directories left alone because their owner lives
 * @param foreign run directories left alone because they belong to another user
 */
public record Sweep(List<Path> removed, List<Path> live, List<Path> foreign) {

  /** A directory without a lock file is being created, or its creator died within these first moments. */
  private static final Duration BIRTH = Duration.ofSeconds(30);

  private enum State {
    LIVE,
    DEAD,
    FOREIGN
  }

  /** Sweeps all run directories in {@code parent}. What cannot be removed is logged, and left for the next sweep. */
  public static Sweep of(Path parent) throws IOException {
    Sweep sweep = new Sweep(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    try (DirectoryStream<Path> runs = Files.newDirectoryStream(parent, RunDirectory.PREFIX + "*")) {
      for (Path run : runs) {
        sweep.visit(run);
      }
    }
    return sweep;
  }

  private void visit(Path run) {
    try {
      switch (state(run)) {
        case LIVE -> live.add(run);
        case FOREIGN -> foreign.add(run);
        case DEAD -> {
          removeLitter(run);
          Trees.delete(run);
          removed.add(run);
          log().info("removed what a dead run left: {}", run);
        }
      }
    } catch (NoSuchFileException e) {
      log().debug("another sweep was faster: {}", run);
    } catch (IOException e) {
      log().warn("cannot sweep {}: {}", run, e.toString());
    }
  }

  private static State state(Path run) throws IOException {
    if (LiveRuns.contains(run)) {
      return State.LIVE;
    }
    if (!Files.isDirectory(run, LinkOption.NOFOLLOW_LINKS) || !ours(run)) {
      return State.FOREIGN;
    }
    Path lockFile = run.resolve(RunDirectory.LOCK);
    if (!Files.exists(lockFile)) {
      Instant born = Files.getLastModifiedTime(run).toInstant();
      return born.plus(BIRTH).isAfter(Instant.now()) ? State.LIVE : State.DEAD;
    }
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        FileLock lock = channel.tryLock()) {
      return lock == null ? State.LIVE : State.DEAD;
    } catch (OverlappingFileLockException e) {
      return State.LIVE;
    }
  }

  private static boolean ours(Path run) throws IOException {
    Object uid = Files.getAttribute(run, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    return uid.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }

  static void removeLitter(Path run) throws IOException {
    Path notes = RunDirectory.litterDirectory(run);
    if (!Files.isDirectory(notes, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    String id = run.getFileName().toString().substring(RunDirectory.PREFIX.length());
    try (DirectoryStream<Path> files = Files.newDirectoryStream(notes)) {
      for (Path note : files) {
        String unfinished = Files.readString(note);
        if (unfinished.substring(unfinished.lastIndexOf('/') + 1).contains(id)) {
          Trees.delete(Path.of(unfinished));
        }
      }
    }
  }

  /** Asked for when there is something to say: the first logger of a JVM takes a tenth of a second. */
  private static Logger log() {
    return LoggerFactory.getLogger(Sweep.class);
  }
}
