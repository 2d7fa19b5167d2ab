package io.parallelsaver.cli;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.shm.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/** A fresh directory that goes when it is closed, or when the JVM ends. */
public final class Scratch implements AutoCloseable {
  private final Path path;
  private final Thread hook = new Thread(this::delete, "scratch-delete");

  private Scratch(Path path) {
    this.path = path;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * A directory of mode 0700 with a name of its own.
   *
   * @param purpose begins its name
   */
  public static Scratch in(Path parent, String purpose) {
    byte[] random = new byte[4];
    new SecureRandom().nextBytes(random);
    String id = ProcessHandle.current().pid() + "-" + HexFormat.of().formatHex(random);
    Path path = parent.resolve(purpose + "-of-parallel-saver-" + id);
    try {
      Set<PosixFilePermission> mine = PosixFilePermissions.fromString("rwx------");
      return new Scratch(Files.createDirectory(path, PosixFilePermissions.asFileAttribute(mine)));
    } catch (IOException e) {
      throw new SaverException("cannot make directory " + path + ": " + e, e);
    }
  }

  /** Where it is. */
  public Path path() {
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
