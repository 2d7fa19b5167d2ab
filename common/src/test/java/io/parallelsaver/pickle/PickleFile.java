package io.parallelsaver.pickle;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.InputException;
import io.parallelsaver.pickle.PickledArray.Encoding;
import io.parallelsaver.pickle.PickledArray.Located;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** An open file whose content a test changes. */
final class PickleFile implements AutoCloseable {
  /** Most that reading one pickle may allocate in all. */
  private static final long MOST_MEMORY = 16 << 20;

  private final Path path;
  private final FileChannel channel;

  PickleFile(Path path) {
    this.path = path;
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

  /** Makes these its whole content. */
  PickleFile hold(byte[] content) {
    try {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(content), 0);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void set(int offset, int value) {
    try {
      channel.write(ByteBuffer.wrap(new byte[] {(byte) value}), offset);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Located locate() {
    return PickledArray.locate(path, channel);
  }

  /** Reads a pickle that must be refused, cheaply. Returns the message. */
  String refusal(byte[] pickle) {
    hold(pickle);
    long before = allocated();
    String message = assertThrows(InputException.class, this::locate).getMessage();
    long cost = allocated() - before;
    assertTrue(cost < MOST_MEMORY, cost + " bytes allocated: " + message);
    assertTrue(message.startsWith(path + ": "), message);
    assertTrue(message.length() < 600, message);
    return message;
  }

  /** Bytes that this thread has allocated so far. */
  static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  /** The array's bytes, decoded. */
  byte[] data(Located located) throws IOException {
    ByteBuffer stored = ByteBuffer.allocate((int) located.data().length());
    while (stored.hasRemaining()) {
      channel.read(stored, located.data().offset() + stored.position());
    }
    if (located.encoding() == Encoding.RAW) {
      return stored.array();
    }
    ByteBuffer out = ByteBuffer.allocate((int) located.spec().byteSize());
    Latin1Decoder decoder = new Latin1Decoder();
    decoder.decode(stored.flip(), out);
    decoder.finish();
    if (stored.hasRemaining() || out.hasRemaining()) {
      throw new AssertionError(stored + " is left, " + out + " is filled");
    }
    return out.array();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
