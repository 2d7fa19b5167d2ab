package io.parallelsaver.transfer;

import io.parallelsaver.job.Job.Mode;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that regions are read from or written to, always at given offsets. */
final class TransferFile implements AutoCloseable {
  /** Offsets, lengths and addresses of unbuffered I/O are multiples of this; no device in use has larger blocks. */
  static final int DIRECT_BLOCK = 4096;

  private final Path path;
  private final FileChannel channel;
  private FileChannel direct;

  private TransferFile(Path path, FileChannel channel, FileChannel direct) {
    this.path = path;
    this.channel = channel;
    this.direct = direct;
  }

  static TransferFile open(Path path, Mode mode) throws IOException {
    FileChannel channel =
        switch (mode) {
          case READ -> FileChannel.open(path, StandardOpenOption.READ);
          case CREATE ->
            FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
          default -> FileChannel.open(path, StandardOpenOption.WRITE);
        };
    return new TransferFile(path, channel, mode == Mode.WRITE_DIRECT ? openDirect(path) : null);
  }

  /** Null where the file system has no unbuffered I/O, tmpfs of old kernels for one. */
  private static FileChannel openDirect(Path path) {
    try {
      return FileChannel.open(path, StandardOpenOption.WRITE, directOption());
    } catch (IOException | UnsupportedOperationException | ReflectiveOperationException e) {
      return null;
    }
  }

  /** By name: javac warns of the type itself, in a way that cannot be silenced. */
  private static OpenOption directOption() throws ReflectiveOperationException {
    Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
    return (OpenOption) options.getField("DIRECT").get(null);
  }

  /**
   * Fills the rest of {@code target}.
   *
   * @throws EOFException if the file ends before
   */
  void read(ByteBuffer target, long offset) throws IOException {
    long at = offset;
    long end = offset + target.remaining();
    while (target.hasRemaining()) {
      int count = channel.read(target, at);
      if (count < 0) {
        throw new EOFException(path + " ends at byte " + at + ", expected it to reach " + end
            + "; was it changed meanwhile?");
      }
      at += count;
    }
  }

  /** Writes the rest of {@code source}. */
  void write(ByteBuffer source, long offset) throws IOException {
    long at = offset;
    if (direct != null
        && at % DIRECT_BLOCK == 0
        && source.alignmentOffset(source.position(), DIRECT_BLOCK) == 0) {
      at = writeDirect(source, at);
    }
    try {
      while (source.hasRemaining()) {
        at += channel.write(source, at);
      }
    } catch (IOException e) {
      throw failure(at, source.remaining(), e);
    }
  }

  private IOException failure(long at, long wanted, IOException cause) {
    String message = "cannot write to " + path + " at byte " + at + ": " + cause.getMessage();
    return NoSpaceException.orElse(message, path, wanted, cause);
  }

  private long writeDirect(ByteBuffer source, long offset) throws IOException {
    int end = source.limit();
    long at = offset;
    source.limit(source.position() + source.remaining() / DIRECT_BLOCK * DIRECT_BLOCK);
    try {
      while (source.hasRemaining()) {
        at += direct.write(source, at);
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("Invalid argument")) {
        throw failure(at, source.remaining(), e);
      }
      // This file system wants other alignments; the page cache takes everything.
      direct.close();
      direct = null;
    } finally {
      source.limit(end);
    }
    return at;
  }

  @Override
  public void close() throws IOException {
    channel.close();
    if (direct != null) {
      direct.close();
    }
  }
}
