package io.parallelsaver.shm;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;

/**
 * Deletes trees of files. Each directory is opened once, by its name in the open one above it, and never by a path: whoever can rename
 * what is being deleted, or put a symbolic link in its place, cannot lead the way elsewhere.
 */
public final class Trees {
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
  static SecureDirectoryStream<Path> open(Path directory) throws IOException {
    return secure(Files.newDirectoryStream(directory));
  }

  /**
   * Opens a directory in another.
   *
   * @throws NotDirectoryException if it is none, or a symbolic link
   */
  static SecureDirectoryStream<Path> open(SecureDirectoryStream<Path> parent, Path name)
      throws IOException {
    return parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream) {
    return (SecureDirectoryStream<Path>) stream;
  }

  /** Deletes likewise what is in an open directory. */
  static void delete(SecureDirectoryStream<Path> parent, Path name) throws IOException {
    try {
      if (parent
          .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .readAttributes()
          .isDirectory()) {
        try (SecureDirectoryStream<Path> directory = open(parent, name)) {
          for (Path inside : directory) {
            delete(directory, inside.getFileName());
          }
        }
        parent.deleteDirectory(name);
      } else {
        parent.deleteFile(name);
      }
    } catch (NoSuchFileException e) {
      // Somebody else was faster.
    }
  }
}
