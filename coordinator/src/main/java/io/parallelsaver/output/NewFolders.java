package io.parallelsaver.output;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Folders that a call makes: they go again if it fails, and their names are made durable with it. */
final class NewFolders {
  private final List<Path> made = new ArrayList<>();

  /**
   * Where a directory is, or will be, without symbolic links.
   *
   * @throws FileSystemException if there is something else on the way
   */
  static Path real(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath();
    Path there = absolute;
    while (Files.notExists(there)) {
      there = there.getParent();
    }
    Path real = there.toRealPath();
    if (!Files.isDirectory(real)) {
      throw new FileSystemException(there.toString(), null, there + " is no directory");
    }
    return there.equals(absolute)
        ? real
        : real.resolve(absolute.subpath(there.getNameCount(), absolute.getNameCount()))
            .normalize();
  }

  /** The folders that are missing for this one to be there, and itself; outermost first. */
  static List<Path> missing(Path folder) {
    List<Path> missing = new ArrayList<>();
    for (Path each = folder; Files.notExists(each); each = each.getParent()) {
      missing.add(0, each);
    }
    return missing;
  }

  /** Makes a folder, unless somebody else has just done so. */
  void make(Path folder) throws IOException {
    try {
      Files.createDirectory(folder);
      made.add(folder);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }

  /** The folders that have new names in them. */
  Set<Path> parents() {
    Set<Path> parents = new LinkedHashSet<>();
    made.forEach(folder -> parents.add(folder.getParent()));
    return parents;
  }

  /** Removes those that nobody has put anything into. */
  void removeEmpty() throws IOException {
    for (int i = made.size() - 1; i >= 0; i--) {
      try {
        Files.delete(made.get(i));
      } catch (DirectoryNotEmptyException | NoSuchFileException e) {
        // Of use to somebody else, or gone.
      }
    }
  }
}
