package io.parallelsaver.transfer;

import io.parallelsaver.error.FileFailure;
import io.parallelsaver.job.JobFile;
import io.parallelsaver.job.JobFile.Mode;
import io.parallelsaver.job.RefusedException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that regions are read from or written to, always at given offsets, and never outside the bytes that the call's plan grants. */
final class TransferFile implements AutoCloseable {
  /** Offsets, lengths and addresses of unbuffered I/O are multiples of this; no device in use has larger blocks. */
  static final int DIRECT_BLOCK = 4096;

  /**
   * Most bytes of one buffered write: half of what a processor core keeps in a cache of its own, so that what was just summed is read from
   * there. For those of 2 MiB and more file systems with large folios take pages of 2 MiB, and in a virtual machine those are the ones that
   * have been given back to the host: getting them again costs several times what copying does.
   */
  static final int BUFFERED_WRITE = 512 << 10;

  private final JobFile file;
  private final Path path;
  private final FileChannel channel;
  private final MappedBlock block;
  private FileChannel direct;

  private TransferFile(JobFile file, FileChannel channel, MappedBlock block, FileChannel direct) {
    this.file = file;
    this.path = Path.of(file.path());
    this.block = block;
    this.channel = channel;
    this.direct = direct;
  }

  /** A link in place of a file that is written was put there by somebody else, and is not followed. */
  static TransferFile open(JobFile file) throws IOException {
    try {
      return open(file, Path.of(file.path()));
    } catch (IOException e) {
      throw FileFailure.named("cannot open " + file.path(), e);
    }
  }

  private static TransferFile open(JobFile file, Path path) throws IOException {
    FileChannel channel =
        switch (file.mode()) {
          case READ -> FileChannel.open(path, StandardOpenOption.READ);
          case CREATE ->
            FileChannel.open(
                path,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                LinkOption.NOFOLLOW_LINKS);
          default -> FileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        };
    boolean wantsDirect = file.mode() == Mode.WRITE_DIRECT;
    return new TransferFile(file, channel, null, wantsDirect ? openDirect(path) : null);
  }

  /** A file that is mapped already, and stays so when this is closed. */
  static TransferFile of(JobFile file, MappedBlock block) {
    return new TransferFile(file, null, block, null);
  }

  /** Whether bytes go past the page cache, so that a write waits for the device. */
  boolean isDirect() {
    return direct != null;
  }

  /** Whether bytes go through the page cache, in writes of at most {@link #step}. */
  boolean isBuffered() {
    return direct == null && block == null;
  }

  boolean isMapped() {
    return block != null;
  }

  /**
   * The bytes of a mapped file, to be written.
   *
   * @param length at most {@link MappedBlock#LONGEST}
   * @throws RefusedException if they are not to be written
   */
  ByteBuffer mapped(long offset, int length) throws RefusedException {
    check(true, "write", offset, length);
    return block.slice(offset, length);
  }

  /** Null where the file system has no unbuffered I/O, tmpfs of old kernels for one. */
  private static FileChannel openDirect(Path path) {
    try {
      return FileChannel.open(
          path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS, directOption());
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
   * @throws RefusedException if these bytes are not to be read
   */
  void read(ByteBuffer target, long offset) throws IOException {
    check(file.mode() == Mode.READ, "read", offset, target.remaining());
    long at = offset;
    long end = offset + target.remaining();
    while (target.hasRemaining()) {
      int count = readSome(target, at);
      if (count < 0) {
        throw new EOFException(path + " ends at byte " + at + ", expected it to reach " + end
            + "; was it changed meanwhile?");
      }
      at += count;
    }
  }

  private int readSome(ByteBuffer target, long at) throws IOException {
    try {
      return channel.read(target, at);
    } catch (IOException e) {
      throw FileFailure.named("cannot read " + path + " at byte " + at, e);
    }
  }

  private void check(boolean granted, String what, long offset, long length)
      throws RefusedException {
    if (!granted || offset < file.from() || length > file.end() - offset) {
      throw new RefusedException(length + " bytes at " + offset + " of " + path + " to " + what
          + "; the call's plan grants " + file.mode() + " from " + file.from() + " to "
          + file.end());
    }
  }

  /**
   * Writes the rest of {@code source}.
   *
   * @throws RefusedException if these bytes are not to be written
   */
  void write(ByteBuffer source, long offset) throws IOException {
    check(file.mode() != Mode.READ, "write", offset, source.remaining());
    if (isMapped()) {
      block.slice(offset, source.remaining()).put(source);
      return;
    }
    long at = offset;
    if (direct != null
        && at % DIRECT_BLOCK == 0
        && source.alignmentOffset(source.position(), DIRECT_BLOCK) == 0) {
      at = writeDirect(source, at);
    }
    writeBuffered(source, at);
  }

  private void writeBuffered(ByteBuffer source, long offset) throws IOException {
    int end = source.limit();
    long at = offset;
    try {
      while (source.position() < end) {
        source.limit(Math.min(end, source.position() + step(at)));
        at += channel.write(source, at);
      }
    } catch (IOException e) {
      throw failure(at, end - source.position(), e);
    } finally {
      source.limit(end);
    }
  }

  /** Most bytes of a buffered write at an offset: up to a multiple of the longest, so that all but the first write fill whole pages. */
  static int step(long at) {
    return (int) (BUFFERED_WRITE - at % BUFFERED_WRITE);
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
    if (channel != null) {
      channel.close();
    }
    if (direct != null) {
      direct.close();
    }
  }
}
