package io.parallelsaver.resident;

import io.parallelsaver.error.FileFailure;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.shm.PrivateFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A worker's name in a pool, which is its alone for as long as it lives: the kernel gives the lock back when it dies. */
public final class Name implements AutoCloseable {
  private final PoolDirectory pool;
  private final String name;
  private final FileChannel lock;

  private Name(PoolDirectory pool, String name, FileChannel lock) {
    this.pool = pool;
    this.name = name;
    this.lock = lock;
  }

  /**
   * Takes a name.
   *
   * @throws SaverException if there is no directory of the pool, or another worker has the name
   */
  public static Name take(PoolDirectory pool, String name) {
    Path socket = pool.socket(name);
    Path file = pool.lock(name);
    try {
      makeWorkers(pool);
      FileChannel channel = PrivateFile.open(file, StandardOpenOption.CREATE);
      if (isLocked(channel)) {
        return new Name(pool, name, channel);
      }
      channel.close();
      throw new SaverException(
          "a worker called '" + name + "' listens at " + socket + " already; choose another name");
    } catch (IOException e) {
      throw FileFailure.of("cannot lock " + file, file, 0, e);
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // The other worker is in this process.
      return false;
    }
  }

  private static void makeWorkers(PoolDirectory pool) throws IOException {
    if (!Files.isDirectory(pool.path())) {
      throw new SaverException("there is no directory " + pool.path()
          + " for resident workers; make it, or name another one");
    }
    try {
      PrivateFile.createDirectory(pool.workers());
    } catch (FileAlreadyExistsException e) {
      // By another worker.
    }
  }

  /** Gives it back, and removes the socket. The file that was locked stays: who removed it could not know who is about to lock it. */
  @Override
  public synchronized void close() {
    if (!lock.isOpen()) {
      // It may be another's by now.
      return;
    }
    try (lock) {
      Files.deleteIfExists(pool.socket(name));
    } catch (IOException e) {
      throw FileFailure.of(
          "cannot remove the socket of worker '" + name + "'", pool.workers(), 0, e);
    }
  }
}
