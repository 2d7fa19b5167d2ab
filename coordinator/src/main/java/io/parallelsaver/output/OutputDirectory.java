package io.parallelsaver.output;

import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.FileFailure;
import io.parallelsaver.error.InputException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.shm.FreeSpace;
import io.parallelsaver.shm.PrivateFile;
import io.parallelsaver.shm.RunDirectory;
import io.parallelsaver.shm.Trees;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * Files that a call writes into a directory: they are made in an unfinished folder in it, and take their names when all are whole.
 * {@code prepare}, then {@code finish} or {@code rollback}.
 */
public final class OutputDirectory {
  /** What Linux file systems allow. */
  private static final int LONGEST_NAME = 255;

  private final RunDirectory run;
  private final long call;
  private final Path root;
  private final Path unfinished;

  private final NewFolders folders = new NewFolders();

  private OutputDirectory(RunDirectory run, long call, Path root) {
    this.run = run;
    this.call = call;
    this.root = root;
    this.unfinished = run.unfinished(call, root.resolve("any"));
  }

  /**
   * Makes the directory, if it is not there, and the unfinished folder in it.
   *
   * @throws SaverException if it cannot be written
   */
  public static OutputDirectory prepare(RunDirectory run, long call, Path directory) {
    OutputDirectory output = null;
    try {
      output = new OutputDirectory(run, call, NewFolders.real(directory));
      output.make();
      return output;
    } catch (IOException e) {
      SaverException failure =
          FileFailure.of("cannot write to directory " + directory, directory, 0, e);
      if (output != null) {
        output.rollback(failure);
      }
      throw failure;
    } catch (SaverException e) {
      if (output != null) {
        output.rollback(e);
      }
      throw e;
    }
  }

  private void make() throws IOException {
    List<Path> missing = NewFolders.missing(root);
    run.noteAndMake(call, unfinished, missing, () -> {
      for (Path folder : missing) {
        folders.make(folder);
      }
      PrivateFile.createDirectory(unfinished);
      return null;
    });
  }

  /**
   * @throws StorageFullException if the file system has no room for so many bytes
   */
  public void checkSpace(long bytes) {
    try {
      long there = FreeSpace.of(root);
      if (there < bytes) {
        throw new StorageFullException(root + " needs " + bytes + " bytes, its file system has "
            + there + " left; make room there, or save elsewhere");
      }
    } catch (IOException e) {
      throw FileFailure.of("cannot look at " + root, root, 0, e);
    }
  }

  /** The directory itself. */
  public Path root() {
    return root;
  }

  /** Where workers write a file until it is whole. */
  public Path unfinished(int index) {
    return unfinished.resolve(Integer.toString(index));
  }

  /**
   * Where an array's file goes; a {@code /} in the key makes folders.
   *
   * @throws InputException if that would be outside the directory
   */
  public Path place(String key, String suffix) {
    String refused = "array " + PythonText.quote(key) + " would be written outside the directory "
        + root + "; refused";
    try {
      Path path = Path.of(key + suffix);
      if (path.isAbsolute()) {
        throw new InputException(refused);
      }
      for (Path name : path) {
        if (name.toString().equals("..") || name.toString().equals(".")) {
          throw new InputException(refused);
        }
        int length = name.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_NAME) {
          throw new InputException("array " + PythonText.quote(key.substring(0, 40))
              + "... would need a file name of " + length + " bytes, longer than "
              + LONGEST_NAME + "; save it to a format of one file");
        }
      }
      if (path.toString().isEmpty()) {
        throw new InputException(
            "array " + PythonText.quote(key) + " is no file name here; take others by their keys");
      }
      return root.resolve(path);
    } catch (InvalidPathException e) {
      throw new InputException(
          "array " + PythonText.quote(key) + " is no file name here: " + e.getReason(), e);
    }
  }

  /**
   * Gives all files their names, if none of them is refused.
   *
   * @param places where the files go, by index
   * @param outdated files that are to go then
   * @throws InputException if two files would have one name, or one would be a file and a folder, or a link leads out of the directory
   */
  public void finish(List<Path> places, List<Path> outdated, Durability durability) {
    try {
      check(places);
      if (durability == Durability.SYNC) {
        for (int i = 0; i < places.size(); i++) {
          force(unfinished(i));
        }
      }
      run.gate().pass(() -> {
        replace(places);
        remove(outdated);
        return null;
      });
      if (durability == Durability.SYNC) {
        makeNamesDurable(places);
      }
    } catch (IOException e) {
      throw FileFailure.of("cannot finish in " + root, root, 0, e);
    }
    removeUnfinished();
  }

  private void makeNamesDurable(List<Path> places) {
    Set<Path> changed = folders.parents();
    places.forEach(place -> changed.add(place.getParent()));
    for (Path folder : changed) {
      OutputFile.makeNameDurable(folder, "the files in " + root + " are whole and in their places");
    }
  }

  private void remove(List<Path> outdated) {
    for (Path file : outdated) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw FileFailure.of(
            "the files in " + root + " are whole and in their places, but " + file
                + " of an earlier save could not be removed; remove it, or it comes back with the next restore",
            root,
            0,
            e);
      }
    }
  }

  /**
   * Renames one file after the other. Those that are replaced are kept until all are, so that a failure in between, or the end of the JVM,
   * changes none.
   */
  private void replace(List<Path> places) throws IOException {
    int done = 0;
    boolean kept = true;
    try {
      for (Path place : places) {
        makeFolder(place);
      }
      for (; done < places.size(); done++) {
        if (kept) {
          run.gate().check();
        }
        kept &= keep(done, places.get(done));
        Files.move(unfinished(done), places.get(done), StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException | SaverException e) {
      for (int i = done - 1; i >= 0; i--) {
        putBack(i, places.get(i), e);
      }
      removeFolders(e);
      throw e;
    }
  }

  private void removeFolders(Throwable cause) {
    try {
      folders.removeEmpty();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private Path old(int index) {
    return unfinished.resolve("old-" + index);
  }

  /** False if what stands there cannot be kept. */
  private boolean keep(int index, Path place) throws IOException {
    if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      try {
        Files.createLink(old(index), place);
      } catch (UnsupportedOperationException | AccessDeniedException e) {
        // A file system without hard links: then what was replaced is gone.
        return false;
      }
    }
    return true;
  }

  private void putBack(int index, Path place, Exception cause) {
    try {
      if (Files.exists(old(index), LinkOption.NOFOLLOW_LINKS)) {
        Files.move(old(index), place, StandardCopyOption.ATOMIC_MOVE);
      } else {
        Files.deleteIfExists(place);
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** What cannot be removed now is removed at the end of the run, or by the next. */
  private void removeUnfinished() {
    try {
      Trees.delete(unfinished);
      run.forgetLitter(call);
    } catch (IOException e) {
      LoggerFactory.getLogger(OutputDirectory.class)
          .warn("cannot remove {} yet: {}", unfinished, e.toString());
    }
  }

  private void check(List<Path> places) {
    Set<Path> taken = new HashSet<>();
    for (Path place : places) {
      if (!taken.add(place)) {
        throw new InputException("two arrays would become " + place + "; take them apart");
      }
    }
    for (Path place : places) {
      for (Path folder = place.getParent(); !folder.equals(root); folder = folder.getParent()) {
        if (taken.contains(folder)) {
          throw new InputException(
              folder + " would have to be a file and a folder; take the arrays apart");
        }
      }
    }
  }

  private void makeFolder(Path place) throws IOException {
    Path folder = root;
    for (Path name : root.relativize(place.getParent())) {
      folder = folder.resolve(name);
      // Looked at before anything is made in it, which else might be outside.
      if (Files.notExists(folder, LinkOption.NOFOLLOW_LINKS)) {
        folders.make(folder);
      } else if (Files.notExists(folder) || !folder.toRealPath().startsWith(root)) {
        throw new InputException(
            place + " would be written through a symbolic link out of " + root + "; refused");
      } else if (!Files.isDirectory(folder)) {
        throw new FileAlreadyExistsException(folder + " is no directory");
      }
    }
    if (Files.isDirectory(place)) {
      throw new InputException(place + " is a directory; remove it first");
    }
  }

  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** Removes what is unfinished, and new folders in which is nothing. */
  public void rollback(Throwable cause) {
    if (run.gate().isShut()) {
      // As in OutputFile.
      return;
    }
    try {
      Trees.delete(unfinished);
      folders.removeEmpty();
      run.forgetLitter(call);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
