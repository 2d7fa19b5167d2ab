package io.parallelsaver.shm;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.Set;

/**
 * Deletes trees of files. Each directory is opened once, by its name in the open one above it, and never by a path: whoever can rename
 * what is being deleted, or put a symbolic link in its place, cannot lead the way elsewhere.
 */
public final class Trees {
  /** More than anybody makes who is about to be stopped. */
  private static final int MOST_TRIES = 10;

  private Trees() {}

  /** Deletes a file, or a directory with all that is in it. Follows no symbolic link; what is gone already is no error. */
  public static void delete(Path root) throws IOException {
    Path absolute = root.toAbsolutePath();
    try (SecureDirectoryStream<Path> parent = open(absolute.getParent())) {
      delete(parent, absolute.getFileName());
    } catch (NoSuchFileException e) {
      // Gone already, which is what was wanted.
    }
  }

  /** Opens a directory; symbolic links on the way to it are followed. */
  public static SecureDirectoryStream<Path> open(Path directory) throws IOException {
    return secure(Files.newDirectoryStream(directory));
  }

  /**
   * Opens a directory in another.
   *
   * @throws NotDirectoryException if it is none, or a symbolic link
   */
  public static SecureDirectoryStream<Path> open(SecureDirectoryStream<Path> parent, Path name)
      throws IOException {
    return parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream) {
    return (SecureDirectoryStream<Path>) stream;
  }

  /** Deletes likewise what is in an open directory. */
  static void delete(SecureDirectoryStream<Path> parent, Path name) throws IOException {
    try {
      if (!isDirectory(parent, name)) {
        parent.deleteFile(name);
        return;
      }
      for (int tries = 1; ; tries++) {
        empty(parent, name, Set.of());
        try {
          parent.deleteDirectory(name);
          return;
        } catch (DirectoryNotEmptyException e) {
          // Somebody who is not stopped yet has made one more file.
          if (tries == MOST_TRIES) {
            throw e;
          }
        }
      }
    } catch (NoSuchFileException e) {
      // Somebody else was faster.
    }
  }

  private static boolean isDirectory(SecureDirectoryStream<Path> parent, Path name)
      throws IOException {
    return parent
        .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes()
        .isDirectory();
  }

  /** Deletes all that is in a directory, but for what has one of these names; what is gone already is no error. */
  static void empty(Path directory, Set<String> kept) throws IOException {
    Path absolute = directory.toAbsolutePath();
    try (SecureDirectoryStream<Path> parent = open(absolute.getParent())) {
      empty(parent, absolute.getFileName(), kept);
    } catch (NoSuchFileException e) {
      // Gone already, which is what was wanted.
    }
  }

  /** Does so likewise in an open directory. */
  static void empty(SecureDirectoryStream<Path> parent, Path name, Set<String> kept)
      throws IOException {
    try (SecureDirectoryStream<Path> directory = open(parent, name)) {
      for (Path inside : directory) {
        if (!kept.contains(inside.getFileName().toString())) {
          delete(directory, inside.getFileName());
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }
}
