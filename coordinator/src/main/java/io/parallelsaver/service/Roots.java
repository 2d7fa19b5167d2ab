package io.parallelsaver.service;

import io.parallelsaver.error.FileFailure;
import io.parallelsaver.error.InputException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.shards.IndexHead;
import io.parallelsaver.shards.IndexReader;
import io.parallelsaver.shards.ShardIndex;
import io.parallelsaver.shm.Trees;
import io.parallelsaver.stored.FileTree;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The directories below which requests may name files. Where a path really leads counts, through all its symbolic links. */
final class Roots {
  private final List<Path> roots;

  private Roots(List<Path> roots) {
    this.roots = roots;
  }

  /**
   * @throws InputException if one is no directory
   */
  static Roots of(List<Path> directories) {
    return new Roots(directories.stream().map(Roots::real).distinct().toList());
  }

  private static Path real(Path directory) {
    try {
      if (!Files.isDirectory(directory)) {
        throw new InputException("--root " + directory + " is no directory");
      }
      return directory.toRealPath();
    } catch (IOException e) {
      throw FileFailure.of("cannot use --root " + directory, directory, 0, e);
    }
  }

  List<Path> all() {
    return roots;
  }

  /** The root that a real path lies below, or is. */
  Optional<Path> of(Path real) {
    return roots.stream().filter(real::startsWith).findFirst();
  }

  /**
   * Where something that is read really is.
   *
   * @throws InputException if it is not there, or lies under no root
   */
  Path source(Path given) {
    try {
      Path real = given.toRealPath();
      checkInside(given, real);
      return real;
    } catch (IOException e) {
      // What is outside is not even told apart from what is not there.
      checkInside(given, given.normalize());
      if (Files.notExists(given)) {
        throw new InputException("there is no file " + given, e);
      }
      throw new InputException("cannot read " + given + ": " + FileFailure.reason(e), e);
    }
  }

  /**
   * The same, with all that a directory links to, or an index names.
   *
   * @throws InputException if a link in it leads out of the roots, or to a directory
   */
  Path tree(Path given) {
    Path real = source(given);
    if (ShardIndex.isIndex(real) && Files.isRegularFile(real)) {
      IndexHead head = IndexReader.head(real);
      for (int i = 0; i < head.shards().size(); i++) {
        source(ShardIndex.file(real, head, i));
      }
      return real;
    } else if (!Files.isDirectory(real)) {
      return real;
    }
    try {
      FileTree.of(real).stream()
          .filter(file -> Files.isSymbolicLink(file) && Files.exists(file))
          .forEach(this::source);
      return real;
    } catch (IOException e) {
      throw FileFailure.of("cannot read directory " + given, given, 0, e);
    }
  }

  /**
   * Where something that is written will really be. It, and directories before it, need not be there yet; a symbolic link there stays, and
   * what it leads to is written.
   *
   * @throws InputException if that lies under no root
   */
  Path target(Path given) {
    Path there = given;
    try {
      while (Files.notExists(there, LinkOption.NOFOLLOW_LINKS)) {
        there = there.getParent();
      }
      // A .. behind what is not there yet would lead anywhere once it is; none is left by this.
      Path real = there.toRealPath().resolve(there.relativize(given)).normalize();
      checkInside(given, real);
      return real;
    } catch (IOException e) {
      checkInside(given, given.normalize());
      throw FileFailure.of("cannot write to " + given, given, 0, e);
    }
  }

  private void checkInside(Path given, Path real) {
    Optional<Path> root = of(real);
    if (root.isPresent() && isOurs(root.get().relativize(real))) {
      throw new InputException(
          given + " lies in " + FileTree.OURS + ", which is the coordinator's own; refused");
    }
    if (root.isEmpty()) {
      throw new InputException(given + " lies under none of the coordinator's roots ("
          + roots.stream().map(Path::toString).collect(Collectors.joining(", "))
          + "), or a symbolic link leads out of them; refused");
    }
  }

  /** Drafts of other requests are nobody's business. */
  private static boolean isOurs(Path relative) {
    for (Path name : relative) {
      if (name.toString().equals(FileTree.OURS)) {
        return true;
      }
    }
    return false;
  }

  /**
   * What is the daemon's own must not lie where requests could name it.
   *
   * @throws InputException if it does
   */
  void checkOutside(String what, Path directory) {
    try {
      Path there = directory.toAbsolutePath();
      while (Files.notExists(there)) {
        there = there.getParent();
      }
      Path real = there.toRealPath();
      if (of(real).isPresent()) {
        throw new InputException("the " + what + " " + directory + " lies below the root "
            + of(real).get() + ", where requests could name what is in it; choose another");
      }
    } catch (IOException e) {
      throw FileFailure.of("cannot look at " + directory, directory, 0, e);
    }
  }

  /**
   * Opens a directory from its root, name by name, and through no symbolic link: whoever swaps one of them for a link meanwhile leads
   * nobody out.
   *
   * @param real a real path, below a root
   * @throws NoSuchFileException if it is not there
   */
  static SecureDirectoryStream<Path> open(Path root, Path real) throws IOException {
    SecureDirectoryStream<Path> directory = Trees.open(root);
    Path relative = root.relativize(real);
    if (relative.toString().isEmpty()) {
      return directory;
    }
    for (Path name : relative) {
      try (SecureDirectoryStream<Path> parent = directory) {
        directory = enter(parent, name, real);
      }
    }
    return directory;
  }

  /** Opens a directory in an open one. */
  static SecureDirectoryStream<Path> enter(
      SecureDirectoryStream<Path> parent, Path name, Path shown) throws IOException {
    try {
      return Trees.open(parent, name);
    } catch (NotDirectoryException e) {
      throw refused(shown, name, e);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (FileSystemException e) {
      boolean link = parent
          .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .readAttributes()
          .isSymbolicLink();
      if (link) {
        throw refused(shown, name, e);
      }
      throw e;
    }
  }

  private static SaverException refused(Path shown, Path name, IOException cause) {
    return new InputException(
        shown + " would be written through " + name
            + ", which is no directory, or a symbolic link; refused",
        cause);
  }
}
