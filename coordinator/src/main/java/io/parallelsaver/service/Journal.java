package io.parallelsaver.service;

import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.FileFailure;
import io.parallelsaver.error.InputException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.job.DurableQueue;
import io.parallelsaver.shm.PrivateFile;
import io.parallelsaver.shm.Trees;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What the daemon must know after it was killed, in its state directory.
 *
 * <pre>
 * lock             locked by the daemon for as long as it lives
 * version          of all that follows, in words
 * journal-NNNNNNN  a durable queue: all requests as they were when it was begun, COMPLETE, and each change since
 * </pre>
 *
 * <p>A queue is never written again after its writer has ended: each start begins a new one, with all that the last complete one says, and
 * then removes that. So does a daemon whose queue has grown. What was being written when the power went can only stand at the end of a
 * queue.
 */
final class Journal implements AutoCloseable {
  private static final int CHANGE = 1;
  private static final int COMPLETE = 2;

  private static final String VERSION = "version";
  private static final String VERSION_WORDS = "parallel-saver journal ";
  private static final int KNOWN_VERSION = 1;

  private static final String PREFIX = "journal-";
  private static final long SMALL = 4 << 20;

  private final Path directory;
  private final FileChannel lock;
  private DurableQueue queue;
  private long generation;
  private long bytesAtBegin;

  private Journal(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Takes a state directory for this process, and makes it if it is not there.
   *
   * @throws SaverException if another daemon has it, or it cannot be written
   * @throws InputException if a newer parallel-saver has written it
   */
  static Journal open(Path directory) {
    FileChannel lock = null;
    try {
      if (Files.notExists(directory)) {
        Files.createDirectories(directory.toAbsolutePath().getParent());
        PrivateFile.createDirectory(directory);
      }
      lock = PrivateFile.open(directory.resolve("lock"), StandardOpenOption.CREATE);
      if (tryLock(lock) == null) {
        throw new SaverException("another coordinator uses " + directory
            + "; end it first, or give this one a state directory of its own (--state-dir)");
      }
      checkVersion(directory);
      return new Journal(directory, lock);
    } catch (IOException e) {
      SaverException failure =
          FileFailure.of("cannot use state directory " + directory, directory, 0, e);
      close(lock, failure);
      throw failure;
    } catch (SaverException e) {
      close(lock, e);
      throw e;
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static void close(FileChannel lock, Exception cause) {
    try {
      if (lock != null) {
        lock.close();
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** A text file, so that whatever a later version makes of the rest, this one can tell. Is not there before the first queue is complete. */
  private static void checkVersion(Path directory) throws IOException {
    Path file = directory.resolve(VERSION);
    String expected = VERSION_WORDS + KNOWN_VERSION;
    if (Files.notExists(file)) {
      return;
    }
    String found = Files.readString(file).strip();
    if (!found.equals(expected)) {
      throw new InputException(
          file + " says '" + found + "', this version of parallel-saver reads '"
              + expected + "': start the version that has written it, or, if none of its requests"
              + " matters any more, remove all in " + directory);
    }
  }

  private void writeVersion() throws IOException {
    Path file = directory.resolve(VERSION);
    if (Files.exists(file)) {
      return;
    }
    Path unnamed = directory.resolve(VERSION + ".new");
    byte[] words = (VERSION_WORDS + KNOWN_VERSION + "\n").getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel = PrivateFile.open(
        unnamed, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)) {
      channel.write(ByteBuffer.wrap(words));
      channel.force(true);
    }
    Files.move(unnamed, file, StandardCopyOption.ATOMIC_MOVE);
    force(directory);
  }

  /** What was accepted, each request as it was last, by id, in the order in which it was accepted. */
  Map<String, Map<String, Object>> read() {
    NavigableMap<Long, Path> queues = queues();
    for (Map.Entry<Long, Path> each : queues.descendingMap().entrySet()) {
      Map<String, Map<String, Object>> found = new LinkedHashMap<>();
      boolean older = queues.lowerKey(each.getKey()) != null;
      if (read(each.getValue(), found, older)) {
        generation = queues.lastKey();
        return found;
      }
    }
    // Only the very first start can have been killed before any was complete.
    if (!queues.isEmpty() && Files.exists(directory.resolve(VERSION))) {
      throw damaged(queues.lastEntry().getValue(), null);
    }
    generation = queues.isEmpty() ? 0 : queues.lastKey();
    return new LinkedHashMap<>();
  }

  /**
   * Whether the queue is complete.
   *
   * @param older whether there is an older one: it is removed when this one is complete
   */
  private boolean read(Path file, Map<String, Map<String, Object>> found, boolean older) {
    boolean[] complete = {false};
    try {
      DurableQueue.read(file, (type, message) -> {
        if (type == COMPLETE) {
          complete[0] = true;
          return;
        }
        Map<String, Object> change = JsonText.parse(new String(message, StandardCharsets.UTF_8));
        found.merge(new Members(change).text("id"), change, (known, later) -> {
          known.putAll(later);
          return known;
        });
      });
    } catch (InputException e) {
      if (complete[0] || !older) {
        throw damaged(file, e);
      }
    }
    return complete[0];
  }

  private CorruptException damaged(Path file, Exception cause) {
    return new CorruptException(
        "the journal " + file + " is damaged, and requests that were accepted may be lost"
            + (cause == null ? "" : " (" + cause.getMessage() + ")")
            + "; look after its disk. To start without it, move all journal-* away from "
            + directory + ": what was accepted then is not done",
        cause);
  }

  private NavigableMap<Long, Path> queues() {
    NavigableMap<Long, Path> queues = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PREFIX + "*")) {
      for (Path file : files) {
        String number = file.getFileName().toString().substring(PREFIX.length());
        if (number.matches("[0-9]{1,18}")) {
          queues.put(Long.parseLong(number), file);
        }
      }
      return queues;
    } catch (IOException e) {
      throw FileFailure.of("cannot look into " + directory, directory, 0, e);
    }
  }

  /** Begins a new queue with all these requests, and removes the older ones. */
  void begin(Collection<Map<String, Object>> requests) {
    NavigableMap<Long, Path> older = queues();
    DurableQueue made = DurableQueue.create(directory.resolve(PREFIX + ++generation));
    try {
      for (Map<String, Object> request : requests) {
        made.write(CHANGE, bytes(request));
      }
      made.append(COMPLETE, new byte[0]);
      force(directory);
      writeVersion();
      for (Path each : older.values()) {
        Trees.delete(each);
      }
    } catch (IOException e) {
      made.close();
      throw FileFailure.of("cannot begin a new journal in " + directory, directory, 0, e);
    } catch (SaverException e) {
      made.close();
      throw e;
    }
    if (queue != null) {
      queue.close();
    }
    queue = made;
    bytesAtBegin = made.bytes();
  }

  /** Whether so much has been appended that it pays to begin a new queue. */
  boolean hasGrown() {
    return queue.bytes() > SMALL && queue.bytes() > 2 * bytesAtBegin;
  }

  /** Appends a change; it is on the device when this returns. */
  void append(Map<String, Object> change) {
    queue.append(CHANGE, bytes(change));
  }

  /**
   * @throws InputException if that is too long for the queue
   */
  static byte[] bytes(Map<String, Object> change) {
    byte[] bytes = JsonText.write(change).getBytes(StandardCharsets.UTF_8);
    if (bytes.length > DurableQueue.MAX_MESSAGE) {
      throw new InputException("a request of " + bytes.length + " bytes is longer than "
          + DurableQueue.MAX_MESSAGE + ": name a directory instead of each file in it");
    }
    return bytes;
  }

  /** Makes names durable. */
  static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void close() {
    try (lock) {
      if (queue != null) {
        queue.close();
      }
    } catch (IOException e) {
      throw FileFailure.of("cannot close the journal in " + directory, directory, 0, e);
    }
  }
}
