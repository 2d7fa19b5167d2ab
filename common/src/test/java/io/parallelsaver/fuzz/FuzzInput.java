package io.parallelsaver.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** An input of the fuzzer as the file that a parser wants, and a watch on what its reading costs. */
public final class FuzzInput {
  /** The property that names the folder for files, which whoever sets it removes. */
  static final String SCRATCH = "fuzz.scratch";

  /** The most that reading one input may allocate in all, and for each byte of it, the fuzzer's own part counted. */
  private static final long MOST_MEMORY = 64 << 20;

  private static final int MOST_MEMORY_OF_A_BYTE = 2048;

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Path path;
  private final FileChannel channel;

  /**
   * @param name of the file, in the folder that {@link #SCRATCH} names
   */
  FuzzInput(String name) {
    path = Path.of(System.getProperty(SCRATCH), name);
    try {
      channel = FileChannel.open(
          path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path path() {
    return path;
  }

  FileChannel channel() {
    return channel;
  }

  /** Makes these the file's whole content. */
  FuzzInput hold(byte[] content) throws IOException {
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(content), 0);
    return this;
  }

  /** A reading that may throw what it documents. */
  public interface Reading {
    void run() throws IOException;
  }

  /** Runs a reading, which must not allocate without bound. Once more if it seems to: classes that it loads count at first. */
  public static void measured(byte[] input, Reading reading) throws IOException {
    long most = MOST_MEMORY + (long) input.length * MOST_MEMORY_OF_A_BYTE;
    if (cost(reading) > most) {
      long cost = cost(reading);
      check(cost <= most, "reading took " + cost + " bytes of memory");
    }
  }

  private static long cost(Reading reading) throws IOException {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    reading.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  /** Fails if something does not hold. */
  public static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  /** A refusal must name the file, and say it in few words. */
  void checkRefusal(RuntimeException refusal) {
    String message = String.valueOf(refusal.getMessage());
    check(message.contains(path.toString()), "does not name the file: " + message);
    check(
        message.length() < 1200 + path.toString().length(),
        "a refusal of " + message.length() + " characters");
  }
}
