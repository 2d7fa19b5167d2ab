package io.parallelsaver.service;

import io.parallelsaver.shm.PrivateFile;
import io.parallelsaver.shm.Trees;
import io.parallelsaver.stored.FileTree;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The folder of the daemon's in which drafts are: {@code .parallel-saver}, mode 0700, as near to the root as can be. */
final class DraftFolder {
  private static final String MODE = "unix:mode";
  private static final int SET_GROUP = 02000;
  private static final int MOST_TRIES = 10;

  private DraftFolder() {}

  /**
   * Makes a new folder for one request, on the file system of the directory that the result goes to, and where fewest people could put
   * something else in its place.
   *
   * @throws AccessDeniedException if this process can write in none of the directories from the root to that one
   */
  static Path make(Path root, Path directory, String id) throws IOException {
    Path nearest = directory;
    while (Files.notExists(nearest)) {
      nearest = nearest.getParent();
    }
    Object device = Files.getAttribute(nearest, "unix:dev");
    FileSystemException failure = null;
    int names = root.getNameCount();
    for (int depth = names; depth <= nearest.getNameCount(); depth++) {
      Path candidate =
          depth == 0 ? nearest.getRoot() : nearest.getRoot().resolve(nearest.subpath(0, depth));
      if (!device.equals(Files.getAttribute(candidate, "unix:dev"))) {
        continue;
      }
      try {
        return makeIn(candidate.resolve(FileTree.OURS), id);
      } catch (FileSystemException e) {
        failure = e;
      }
    }
    throw failure == null ? new AccessDeniedException(directory.toString()) : failure;
  }

  private static Path makeIn(Path folder, String id) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        if (Files.notExists(folder, LinkOption.NOFOLLOW_LINKS)) {
          PrivateFile.createDirectory(folder);
        }
        checkOurs(folder);
        Path home = folder.resolve(id);
        if (Files.exists(home, LinkOption.NOFOLLOW_LINKS)) {
          // Of a request that has long ended: there is one at a time.
          Trees.delete(home);
        }
        PrivateFile.createDirectory(home);
        return home;
      } catch (FileAlreadyExistsException | NoSuchFileException e) {
        // Another request has just made the folder, or removed it.
        if (tries == MOST_TRIES) {
          throw e;
        }
      }
    }
  }

  private static void checkOurs(Path folder) throws IOException {
    PosixFileAttributes found =
        Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    boolean closed =
        found.permissions().stream().allMatch(each -> each.name().startsWith("OWNER_"));
    if (!found.isDirectory() || !closed || !PrivateFile.isOwn(found)) {
      throw new FileSystemException(
          folder.toString(),
          null,
          "it is not the coordinator's own, closed to all others; remove it");
    }
  }

  /** A file that replaces another is open to the same people. */
  static void keepPermissions(Path file, SecureDirectoryStream<Path> to, Path name)
      throws IOException {
    PosixFileAttributes found = to.getFileAttributeView(
            name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes();
    if (found.isRegularFile()) {
      Set<PosixFilePermission> permissions = found.permissions();
      Files.setPosixFilePermissions(file, permissions);
    }
  }

  /** What is made in a directory whose group is to be inherited has that group, as if it had been made there. */
  static void inherit(Path made, Path directory) throws IOException {
    if ((mode(directory) & SET_GROUP) == 0) {
      return;
    }
    GroupPrincipal group =
        Files.readAttributes(directory, PosixFileAttributes.class).group();
    try (Stream<Path> all = Files.walk(made)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        Files.getFileAttributeView(each, PosixFileAttributeView.class).setGroup(group);
        if (Files.isDirectory(each)) {
          Files.setAttribute(each, MODE, mode(each) | SET_GROUP);
        }
      }
    }
  }

  private static int mode(Path file) throws IOException {
    return (int) Files.getAttribute(file, MODE);
  }

  static void forceFiles(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        try (FileChannel channel = FileChannel.open(each, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
      }
    }
  }

  static void forceNames(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> folders = all.filter(Files::isDirectory).toList();
      for (Path each : folders) {
        Journal.force(each);
      }
    }
  }

  static void remove(Path home) throws IOException {
    Trees.delete(home);
    try {
      Files.deleteIfExists(home.getParent());
    } catch (DirectoryNotEmptyException e) {
      // Other requests have theirs there.
    }
  }
}
