package io.parallelsaver.shards;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.LoggerFactory;

/**
 * Held by the one who changes what an index's name stands for; the kernel drops it when he dies. It is a hidden file beside the index that is
 * there only meanwhile.
 */
final class SetLock {
  /** A process cannot lock a file twice, and that is an error: its threads wait for each other here. */
  private static final ReentrantLock THREADS = new ReentrantLock();

  private final Path file;
  private final FileChannel channel;

  private SetLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** What is done under the lock. */
  interface Step<T> {
    T take() throws IOException;
  }

  /** Does a step when nobody else does one with the same index. */
  static <T> T hold(Path index, Step<T> step) throws IOException {
    THREADS.lock();
    try {
      SetLock lock = take(index);
      try {
        return step.take();
      } finally {
        lock.release();
      }
    } finally {
      THREADS.unlock();
    }
  }

  private static SetLock take(Path index) throws IOException {
    String name = index.getFileName().toString();
    Path file = index.resolveSibling(
        ".parallel-saver-" + HexFormat.of().toHexDigits(SeenNames.hash(name)) + ".lock");
    while (true) {
      FileChannel channel = locked(file);
      if (channel != null) {
        return new SetLock(file, channel);
      }
    }
  }

  /** The file, locked; null if it is not the one of that name any more. */
  private static FileChannel locked(Path file) throws IOException {
    FileChannel channel = FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
    try {
      FileLock lock = channel.lock();
      String mark = UUID.randomUUID().toString();
      channel.write(ByteBuffer.wrap(mark.getBytes(StandardCharsets.US_ASCII)), 0);
      if (lock.isValid() && isMarked(file, mark)) {
        return channel;
      }
    } catch (Throwable e) {
      channel.close();
      throw e;
    }
    channel.close();
    return null;
  }

  /** Who held it before has removed its name, perhaps between opening and locking. */
  private static boolean isMarked(Path file, String mark) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.US_ASCII).equals(mark);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** If its file stays, the next one who needs the lock takes it, and removes it. */
  private void release() {
    try (channel) {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LoggerFactory.getLogger(SetLock.class).warn("cannot remove {}: {}", file, e.toString());
    }
  }
}
