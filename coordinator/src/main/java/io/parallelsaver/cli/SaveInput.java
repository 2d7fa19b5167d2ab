package io.parallelsaver.cli;

import io.parallelsaver.error.InputException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One file that is to be saved.
 *
 * @param name key that was asked for, or null
 * @param file an {@code .npy} file, or an {@code .npz} archive of several arrays
 */
record SaveInput(String name, Path file) {
  private static final String ARRAY = ".npy";
  private static final String ARCHIVE = ".npz";

  /**
   * What the arguments name: a file, {@code NAME=FILE.npy}, or a directory's {@code .npy} files in the order of their names.
   *
   * @throws IllegalArgumentException if an argument is wrong whatever files there are
   * @throws InputException if there is no such file, or it is neither {@code .npy} nor {@code .npz}
   */
  static List<SaveInput> of(List<String> arguments) {
    List<SaveInput> inputs = new ArrayList<>();
    for (String argument : arguments) {
      SaveInput input = one(argument);
      if (Files.isDirectory(input.file)) {
        inputs.addAll(inDirectory(input));
      } else {
        inputs.add(input.checked());
      }
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

  private static List<SaveInput> inDirectory(SaveInput input) {
    if (input.name != null) {
      throw new InputException(input.file + " is a directory; only an .npy file takes a name");
    }
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(input.file, "[!.]*" + ARRAY)) {
      entries.forEach(files::add);
    } catch (IOException e) {
      throw new InputException("cannot read directory " + input.file + ": " + e, e);
    }
    if (files.isEmpty()) {
      throw new InputException(
          "directory " + input.file + " has no .npy file (folders in it are not looked at)");
    }
    Collections.sort(files);
    return files.stream().map(file -> new SaveInput(null, file)).toList();
  }

  private SaveInput checked() {
    if (!Files.exists(file)) {
      throw new InputException("there is no file " + file);
    } else if (!file.toString().endsWith(ARRAY) && !isArchive()) {
      throw new InputException(
          file + " is neither .npy nor .npz, by its name; nothing else can be saved");
    } else if (key().isEmpty()) {
      throw new InputException(file + " gives its array no name; write NAME=" + file);
    }
    return this;
  }

  boolean isArchive() {
    return name == null && file.toString().endsWith(ARCHIVE);
  }

  /** Name of the array, if this is no archive. */
  String key() {
    String stem = file.getFileName().toString();
    return name == null ? stem.substring(0, stem.length() - ARRAY.length()) : name;
  }

  /** Bytes of the file; 0 if it is gone already, which whoever opens it will say. */
  long bytes() {
    return file.toFile().length();
  }
}
