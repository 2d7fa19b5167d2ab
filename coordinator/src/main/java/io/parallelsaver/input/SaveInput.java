package io.parallelsaver.input;

import io.parallelsaver.error.InputException;
import io.parallelsaver.shards.IndexReader;
import io.parallelsaver.shards.ShardIndex;
import io.parallelsaver.stored.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One file or directory whose arrays are to be saved.
 *
 * @param name key that was asked for, or null
 * @param file what holds them
 */
public record SaveInput(String name, Path file) {
  private static final String ARRAY = ".npy";
  private static final String ARCHIVE = ".npz";

  /**
   * What the arguments name: a file, a directory, or {@code NAME=FILE.npy}.
   *
   * @param positional whether arrays are numbered, so that none may bring a name
   * @throws IllegalArgumentException if an argument is wrong whatever files there are
   * @throws InputException if there is no such file
   */
  public static List<SaveInput> of(List<String> arguments, boolean positional) {
    List<SaveInput> inputs = new ArrayList<>();
    for (String argument : arguments) {
      inputs.add(one(argument).checked());
    }
    if (positional && inputs.stream().anyMatch(input -> input.name() != null)) {
      throw new IllegalArgumentException("--positional numbers all arrays, and takes no NAME=");
    }
    return inputs;
  }

  /**
   * An argument with = in it is a path if it can be one: {@code data/year=2024/x.npy} comes from the shell so. If it can be both, only
   * the user knows.
   */
  private static SaveInput one(String argument) {
    int equals = argument.indexOf('=');
    boolean plainly =
        argument.startsWith("/") || argument.startsWith("./") || argument.startsWith("../");
    if (equals < 0 || plainly) {
      return new SaveInput(null, path(argument));
    }
    String name = argument.substring(0, equals);
    String file = argument.substring(equals + 1);
    boolean whole = Files.exists(path(argument));
    boolean part = !file.isEmpty() && Files.exists(path(file));
    if (whole && part) {
      throw new InputException("there is a file " + argument + " and a file " + file + "; write ./"
          + argument + " for the first, " + name + "=./" + file + " for the second");
    } else if (whole) {
      return new SaveInput(null, path(argument));
    } else if (name.isEmpty() || file.isEmpty()) {
      throw new IllegalArgumentException("'" + argument + "' has no "
          + (name.isEmpty() ? "name" : "file") + "; write NAME=FILE.npy");
    } else if (!file.endsWith(ARRAY)) {
      throw new IllegalArgumentException(
          "'" + argument + "' names " + file + "; only an .npy file takes a name");
    }
    return new SaveInput(name, path(file));
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is no file name here: " + e.getReason(), e);
    }
  }

  private SaveInput checked() {
    Path index = ShardIndex.of(file);
    if (Files.notExists(file) && file.toString().endsWith(ARCHIVE) && Files.exists(index)) {
      return new SaveInput(name, index).checked();
    } else if (!Files.exists(file)) {
      throw new InputException("there is no file " + file);
    } else if (name != null && Files.isDirectory(file)) {
      throw new InputException(file + " is a directory; only an .npy file takes a name");
    }
    return this;
  }

  /** Bytes of the file, or of all files of the directory; 0 if it is gone already, which whoever opens it will say. */
  public long bytes() {
    if (ShardIndex.isIndex(file)) {
      return IndexReader.head(file).totalSize();
    }
    if (!Files.isDirectory(file)) {
      return file.toFile().length();
    }
    try {
      return FileTree.of(file).stream()
          .mapToLong(each -> each.toFile().length())
          .sum();
    } catch (IOException e) {
      throw new InputException("cannot read directory " + file + ": " + e, e);
    }
  }
}
