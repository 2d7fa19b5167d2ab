package io.parallelsaver.cli;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.shm.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** A fresh directory that goes when it is closed, or when the JVM ends. */
final class Scratch implements AutoCloseable {
  private final Path path;
  private final Thread hook = new Thread(this::delete, "scratch-delete");

  private Scratch(Path path) {
    this.path = path;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  static Scratch in(Path parent) {
    Path path = parent.resolve("demo-of-parallel-saver-" + UUID.randomUUID());
    try {
      return new Scratch(Files.createDirectory(path));
    } catch (IOException e) {
      throw new SaverException("cannot make a directory in " + parent + ": " + e, e);
    }
  }

  Path path() {
    return path;
  }

  private void delete() {
    try {
      Trees.delete(path);
    } catch (IOException e) {
      throw new SaverException("cannot remove " + path + ": " + e, e);
    }
  }

  @Override
  public void close() {
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is going down, and the hook finds nothing left to do.
    }
  }
}
