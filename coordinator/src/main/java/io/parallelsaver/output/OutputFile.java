package io.parallelsaver.output;

import io.parallelsaver.error.FileFailure;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.shm.FreeSpace;
import io.parallelsaver.shm.RunDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * The file a save writes: an unfinished sibling of the target, which takes the target's name when it is whole. {@code prepare}, then
 * {@code finish} or {@code rollback}.
 */
public final class OutputFile {
  private static final Set<OpenOption> CREATE =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);

  private final RunDirectory run;
  private final long call;
  private final Path target;
  private final Path unfinished;
  private final Durability durability;
  private final FileChannel channel;
  private final Writeback writeback;

  private OutputFile(
      RunDirectory run,
      long call,
      Path target,
      Path unfinished,
      Durability durability,
      FileChannel channel) {
    this.run = run;
    this.call = call;
    this.target = target;
    this.unfinished = unfinished;
    this.durability = durability;
    this.channel = channel;
    this.writeback = new Writeback(() -> channel.force(false));
  }

  /**
   * Makes the unfinished file, in its full length.
   *
   * @throws StorageFullException if the file system has no room for {@code size} bytes
   * @throws SaverException if there is no such directory, or it cannot be written
   */
  public static OutputFile prepare(
      RunDirectory run, long call, Path target, long size, Durability durability) {
    Path real = realTarget(target);
    Path unfinished = run.unfinished(call, real);
    try {
      checkSpace(real, size);
      FileChannel channel = run.noteAndMake(
          call, unfinished, List.of(), () -> FileChannel.open(unfinished, CREATE, openTo(real)));
      try {
        // Writes within the file's length need no exclusive lock on it, and so run side by side.
        if (size > 0) {
          channel.write(ByteBuffer.allocate(1), size - 1);
        }
      } catch (IOException e) {
        channel.close();
        throw e;
      }
      return new OutputFile(run, call, real, unfinished, durability, channel);
    } catch (IOException e) {
      discard(run, call, unfinished, e);
      throw FileFailure.of("cannot write to " + target, real, size, e);
    } catch (SaverException e) {
      discard(run, call, unfinished, e);
      throw e;
    }
  }

  /** While it is unfinished, nobody can read it who could not read what it replaces; a new file is as open as the umask lets it be. */
  private static FileAttribute<?>[] openTo(Path target) throws IOException {
    if (Files.notExists(target)) {
      return new FileAttribute<?>[0];
    }
    Set<PosixFilePermission> permissions =
        EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    permissions.addAll(Files.getPosixFilePermissions(target));
    return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)};
  }

  /** A symbolic link stays, and what it points to is replaced, as an overwrite would do. */
  private static Path realTarget(Path target) {
    try {
      if (Files.isDirectory(target)) {
        throw new SaverException("cannot write to " + target + ": it is a directory; name a file");
      }
      return Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
    } catch (IOException e) {
      throw FileFailure.of("cannot write to " + target, target, 0, e);
    }
  }

  private static void checkSpace(Path target, long size) throws IOException {
    Path directory = target.getParent();
    if (!Files.isDirectory(directory)) {
      throw new SaverException(
          "cannot write to " + target + ": there is no directory " + directory + "; make it first");
    }
    long there = FreeSpace.of(directory);
    if (there < size) {
      throw new StorageFullException(target + " needs " + size + " bytes, its file system has "
          + there + " left; make room there, or save elsewhere");
    }
  }

  /**
   * Gives the file all its blocks, which many writes at once then need not wait for each other to do. Takes some time when a process does it
   * first, and takes no effect where the file system cannot.
   *
   * @param size length of the file
   * @throws StorageFullException if the file system has not so many blocks left
   */
  public void allocate(long size) {
    Preallocation.of(unfinished, size);
  }

  /** What has the device take this file's bytes before its end. Only for a file that is forced at its end. */
  public Writeback writeback() {
    return writeback;
  }

  /** Where workers write. */
  public Path path() {
    return unfinished;
  }

  /**
   * Writes bytes, while no worker writes to the same place.
   *
   * @throws StorageFullException if the file system is full
   */
  public void write(ByteBuffer bytes, long offset) {
    long at = offset;
    try {
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      throw FileFailure.of(
          "cannot write to " + target + ", unfinished as " + unfinished + ", at byte " + at,
          unfinished,
          bytes.remaining(),
          e);
    }
  }

  /**
   * Writes the file's last bytes and gives it its name.
   *
   * @param end the bytes that could not be known before; may be none
   * @param offset where they stand
   */
  public void finish(ByteBuffer end, long offset) {
    write(end, offset);
    try {
      if (durability == Durability.SYNC) {
        writeback.await();
        channel.force(true);
      }
      channel.close();
      keepPermissions();
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw FileFailure.of("cannot finish " + target, target, 0, e);
    }
    forget();
    if (durability == Durability.SYNC) {
      makeNameDurable(target.getParent(), target + " is whole and in its place");
    }
  }

  /** Nothing is left to be swept; a note that stays is found to be void. */
  private void forget() {
    try {
      run.forgetLitter(call);
    } catch (IOException e) {
      LoggerFactory.getLogger(OutputFile.class)
          .debug("cannot forget {}: {}", unfinished, e.toString());
    }
  }

  /** A file that replaces another is open to the same people. */
  private void keepPermissions() throws IOException {
    if (Files.exists(target)) {
      Files.setPosixFilePermissions(unfinished, Files.getPosixFilePermissions(target));
    }
  }

  /**
   * Makes new names durable. Linux lets a directory be opened for reading, and fsync take it.
   *
   * @param done what has been done already, should it fail
   */
  static void makeNameDurable(Path directory, String done) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw FileFailure.of(
          done + ", but may be what it was before after a power cut: cannot force " + directory,
          directory,
          0,
          e);
    }
  }

  /** Removes the unfinished file; the target stays what it was. */
  public void rollback(Throwable cause) {
    try {
      if (!run.gate().isShut()) {
        channel.close();
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    discard(run, call, unfinished, cause);
  }

  private static void discard(RunDirectory run, long call, Path unfinished, Throwable cause) {
    if (run.gate().isShut()) {
      // Then it is removed with all the others, unless its file system hangs: who waits for that
      // cannot even be ended.
      return;
    }
    try {
      Files.deleteIfExists(unfinished);
      run.forgetLitter(call);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
