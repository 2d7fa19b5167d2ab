package io.parallelsaver.job;

import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.FileFailure;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.shm.FreeSpace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A Chronicle Queue on a disk, written once from its beginning by one process, and read by later ones. A message is on the device when
 * {@link #append} returns; of one that was under way when the power went nothing is read.
 *
 * <pre>
 * payload of an excerpt: i32 CRC-32C of type and message | message
 * </pre>
 */
public final class DurableQueue implements AutoCloseable {
  /** The largest message, in bytes. */
  public static final int MAX_MESSAGE = ExcerptQueue.MAX_PAYLOAD - Integer.BYTES;

  private static final String TABLE = "metadata.cq4t";

  private final Path directory;
  private final ExcerptQueue queue;
  private FileChannel file;
  private Path open;
  private long bytes;

  /** Sees messages in their order. */
  public interface Reader {
    void read(int type, byte[] message);
  }

  private record Found(int type, byte[] message, boolean whole) {}

  private DurableQueue(Path directory) {
    this.directory = directory;
    this.queue = new ExcerptQueue(directory);
  }

  /**
   * Makes a queue in a directory that is not there yet.
   *
   * @throws StorageFullException if its file system has no room
   */
  public static DurableQueue create(Path directory) {
    try {
      return new DurableQueue(directory);
    } catch (StorageFullException e) {
      throw full(directory, e);
    }
  }

  /**
   * Appends a message and forces it, and those before it, to the device.
   *
   * @throws StorageFullException if there is no room; the queue is then as it was
   * @throws SaverException if it could not be forced; nobody knows then whether it will be read
   */
  public void append(int type, byte[] message) {
    write(type, message);
    force();
  }

  /**
   * Appends a message that a later one will force. If the power goes before, messages behind it may be there and it not.
   *
   * @throws StorageFullException if there is no room; the queue is then as it was
   */
  public void write(int type, byte[] message) {
    ByteBuffer payload = ByteBuffer.allocate(Integer.BYTES + message.length);
    payload.putInt(sum(type, message)).put(message).flip();
    try {
      queue.append(type, payload);
    } catch (StorageFullException e) {
      throw full(directory, e);
    }
    bytes += payload.capacity();
    if (!queue.file().equals(open)) {
      force();
    }
  }

  /** Bytes of all messages. */
  public long bytes() {
    return bytes;
  }

  /**
   * Stores into a mapping are in the page cache as those of a write are, so that fsync takes them too (as {@code msync} would, which
   * Linux makes the same of). A new file needs its folder forced as well, and the table that lists the files.
   */
  private void force() {
    Path now = queue.file();
    try {
      if (now.equals(open)) {
        file.force(true);
        return;
      }
      if (file != null) {
        // Its end was marked.
        file.force(true);
        file.close();
      }
      file = FileChannel.open(now, StandardOpenOption.READ, StandardOpenOption.WRITE);
      open = now;
      file.force(true);
      force(directory.resolve(TABLE), StandardOpenOption.WRITE);
      force(directory, StandardOpenOption.READ);
    } catch (IOException e) {
      throw FileFailure.of("cannot force " + now + " to its device", now, 0, e);
    }
  }

  private static void force(Path path, StandardOpenOption mode) throws IOException {
    try (FileChannel channel = FileChannel.open(path, mode)) {
      channel.force(true);
    }
  }

  /**
   * Shows all messages of a queue that nobody writes any more.
   *
   * @throws CorruptException if one is damaged, unless it is the last: that one was being written when the power went, and nobody has been
   *     told of it
   */
  public static void read(Path directory, Reader reader) {
    int count = 0;
    try (ExcerptQueue queue = new ExcerptQueue(directory)) {
      boolean torn = false;
      for (Found found = next(queue); found != null; found = next(queue)) {
        if (torn) {
          throw new CorruptException(
              "message " + count + " of the queue in " + directory + " is damaged");
        }
        torn = !found.whole();
        if (!torn) {
          reader.read(found.type(), found.message());
          count++;
        }
      }
    } catch (StorageFullException e) {
      throw full(directory, e);
    } catch (CorruptException e) {
      throw e;
    } catch (RuntimeException | AssertionError | InternalError e) {
      // What Chronicle Queue makes of bytes that are not its own.
      throw new CorruptException(
          "the queue in " + directory + " cannot be read beyond message " + count + ": " + e, e);
    }
  }

  private static Found next(ExcerptQueue queue) {
    return queue.poll((type, payload, claim) -> {
      if (payload.remaining() < Integer.BYTES) {
        return new Found(type, new byte[0], false);
      }
      int sum = payload.getInt();
      byte[] message = new byte[payload.remaining()];
      payload.get(message);
      return new Found(type, message, sum == sum(type, message));
    });
  }

  private static int sum(int type, byte[] message) {
    CRC32C sum = new CRC32C();
    sum.update(type);
    sum.update(message);
    return (int) sum.getValue();
  }

  /** The queue itself believes that it is in shared memory. */
  private static SaverException full(Path directory, SaverException cause) {
    long there;
    try {
      there = FreeSpace.of(directory.getParent());
    } catch (IOException e) {
      cause.addSuppressed(e);
      return cause;
    }
    return new StorageFullException(
        "there is no room for the queue in " + directory + ": its file system has " + there
            + " bytes left; make room there",
        cause);
  }

  @Override
  public void close() {
    queue.close();
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      throw FileFailure.of("cannot close " + open, open, 0, e);
    }
  }
}
