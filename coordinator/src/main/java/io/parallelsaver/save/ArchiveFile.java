package io.parallelsaver.save;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.npz.NpzPlan;
import io.parallelsaver.npz.NpzPlan.Member;
import io.parallelsaver.shm.RunDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Predicate;

/**
 * The file a save writes: an unfinished sibling of the target, which takes the target's name when it is whole. {@code prepare}, then
 * {@code finish} or {@code rollback}.
 */
final class ArchiveFile {
  private final RunDirectory run;
  private final long call;
  private final Path target;
  private final Path unfinished;
  private final Durability durability;
  private final FileChannel channel;

  private ArchiveFile(
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
  }

  /**
   * Makes the unfinished file, in its full length.
   *
   * @throws StorageFullException if the file system has no room for {@code size} bytes
   * @throws SaverException if there is no such directory, or it cannot be written
   */
  static ArchiveFile prepare(
      RunDirectory run, long call, Path target, long size, Durability durability) {
    Path real = realTarget(target);
    Path unfinished = run.unfinished(call, real);
    try {
      checkSpace(real, size);
      run.noteLitter(call, unfinished);
      FileChannel channel = FileChannel.open(
          unfinished,
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE);
      ArchiveFile file = new ArchiveFile(run, call, real, unfinished, durability, channel);
      // Writes within the file's length need no exclusive lock on it, and so run side by side.
      if (size > 0) {
        channel.write(ByteBuffer.allocate(1), size - 1);
      }
      return file;
    } catch (IOException e) {
      discard(run, call, unfinished, e);
      throw new SaverException("cannot write to " + target + ": " + e, e);
    } catch (StorageFullException e) {
      discard(run, call, unfinished, e);
      throw e;
    }
  }

  /** A symbolic link stays, and what it points to is replaced, as an overwrite would do. */
  private static Path realTarget(Path target) {
    try {
      if (Files.isDirectory(target)) {
        throw new SaverException("cannot write to " + target + ": it is a directory; name a file");
      }
      return Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
    } catch (IOException e) {
      throw new SaverException("cannot write to " + target + ": " + e, e);
    }
  }

  private static void checkSpace(Path target, long size) throws IOException {
    Path directory = target.getParent();
    if (!Files.isDirectory(directory)) {
      throw new SaverException(
          "cannot write to " + target + ": there is no directory " + directory + "; make it first");
    }
    long there = Files.getFileStore(directory).getUsableSpace();
    if (there < size) {
      throw new StorageFullException(target + " needs " + size + " bytes, its file system has "
          + there + " left; make room there, or save elsewhere");
    }
  }

  /** Where workers write. */
  Path path() {
    return unfinished;
  }

  /**
   * Fills in what was not known before, and gives the file its name.
   *
   * @param crcs CRC-32 of each member
   * @param stamped members whose CRC-32 is in their local header already
   */
  void finish(NpzPlan plan, int[] crcs, Predicate<Member> stamped) {
    try {
      for (int i = 0; i < crcs.length; i++) {
        Member member = plan.members().get(i);
        if (!stamped.test(member)) {
          write(
              ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, crcs[i]),
              member.crcOffset());
        }
      }
      write(plan.directory(crcs), plan.directoryOffset());
      if (durability == Durability.SYNC) {
        channel.force(true);
      }
      channel.close();
      keepPermissions();
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      if (durability == Durability.SYNC) {
        forceDirectory(target.getParent());
      }
      run.forgetLitter(call);
    } catch (IOException e) {
      throw new SaverException("cannot finish " + target + ": " + e, e);
    }
  }

  private void write(ByteBuffer bytes, long offset) throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  /** A file that replaces another is open to the same people. */
  private void keepPermissions() throws IOException {
    if (Files.exists(target)) {
      Files.setPosixFilePermissions(unfinished, Files.getPosixFilePermissions(target));
    }
  }

  /** Makes the new name durable. Linux lets a directory be opened for reading, and fsync take it. */
  private static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Removes the unfinished file; the target stays what it was. */
  void rollback(Throwable cause) {
    try {
      channel.close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    discard(run, call, unfinished, cause);
  }

  private static void discard(RunDirectory run, long call, Path unfinished, Throwable cause) {
    try {
      Files.deleteIfExists(unfinished);
      run.forgetLitter(call);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
