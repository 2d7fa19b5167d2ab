package io.parallelsaver.job;

import io.parallelsaver.shm.PrivateFile;
import io.parallelsaver.shm.Reservation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The room of a queue's files. Chronicle Queue maps sparse files and stores into them: a page that cannot be had then is SIGBUS, the end of
 * the JVM. So each page is here before it is stored into, and what cannot be had is an exception.
 */
final class QueueSpace {
  /** The queue's table of its files; one page of it is used. */
  private static final String TABLE = "metadata.cq4t";

  private static final int TABLE_BYTES = 4096;

  /** What is taken at once. */
  private static final int STEP = 64 << 10;

  /** More than Chronicle Queue writes, or looks at, around a message: headers, and an array of its index. */
  private static final int AROUND = 16 << 10;

  /** The bit of Chronicle Queue's header words that is set until what follows is there. */
  private static final int UNFINISHED = 0x8000_0000;

  private final Path directory;
  private Path file;
  private long reserved;

  /**
   * Makes the directory and what all its users write to, if nobody has.
   *
   * @throws io.parallelsaver.error.StorageFullException if there is no room
   */
  QueueSpace(Path directory) throws IOException {
    this.directory = directory;
    try {
      PrivateFile.createDirectory(directory);
    } catch (FileAlreadyExistsException e) {
      // Others use the queue, too.
    }
    Path table = directory.resolve(TABLE);
    if (Files.notExists(table)) {
      make(table, TABLE_BYTES);
    }
  }

  /** A file has its name when it has its pages: readers wait for the header of one that is there. Two processes may come for the table. */
  private void make(Path file, long length) throws IOException {
    Path unnamed = directory.resolve("new-" + ProcessHandle.current().pid());
    try (FileChannel channel = PrivateFile.create(unnamed)) {
      Reservation.reserve(unnamed, channel, 0, length);
      Files.createLink(file, unnamed);
    } catch (FileAlreadyExistsException e) {
      // The other one was faster.
    } finally {
      Files.deleteIfExists(unnamed);
    }
  }

  /**
   * Removes a file that the queue's one writer was about to begin when it died: it has its name, and not yet the header, for which readers
   * would wait. There is no message in it.
   */
  static void removeUnbegun(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.cq4")) {
      for (Path file : files) {
        if (!isBegun(file)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (NoSuchFileException e) {
      // It has died before it had a queue.
    }
  }

  private static boolean isBegun(Path file) throws IOException {
    ByteBuffer word = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.read(word, 0);
    }
    return word.position() == 4 && word.getInt(0) != 0 && (word.getInt(0) & UNFINISHED) == 0;
  }

  /**
   * Makes sure that a message can be written.
   *
   * @param next file it goes to, which may not be there yet
   * @param position where in it, at most
   * @throws io.parallelsaver.error.StorageFullException if there is no room
   */
  void ensure(Path next, long position, int length) throws IOException {
    if (!next.equals(file)) {
      file = next;
      reserved = 0;
    }
    long needed = position + length + 2 * AROUND;
    if (needed > reserved) {
      long steps = (needed - reserved + STEP - 1) / STEP * STEP;
      grow(steps);
      reserved += steps;
    }
  }

  private void grow(long length) throws IOException {
    if (reserved == 0) {
      make(file, length);
      return;
    }
    try (FileChannel channel = PrivateFile.open(file)) {
      Reservation.reserve(file, channel, reserved, length);
    }
  }
}
