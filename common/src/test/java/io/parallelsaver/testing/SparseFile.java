package io.parallelsaver.testing;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SPARSE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** A file in the build's directory that takes only the space of what is written, and is gone when it is closed. */
public final class SparseFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;

  public SparseFile() {
    try {
      path = Files.createDirectories(Path.of("target", "sparse"))
          .resolve(UUID.randomUUID().toString());
      channel = FileChannel.open(path, CREATE_NEW, READ, WRITE, SPARSE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path path() {
    return path;
  }

  public FileChannel channel() {
    return channel;
  }

  /** Writes at an offset; what lies between is zeros. */
  public SparseFile put(long offset, byte[] bytes) {
    return put(offset, ByteBuffer.wrap(bytes));
  }

  /** Writes what remains at an offset. */
  public SparseFile put(long offset, ByteBuffer bytes) {
    try {
      for (long at = offset; bytes.hasRemaining(); ) {
        at += channel.write(bytes, at);
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes it longer, if it is shorter. */
  public SparseFile reach(long size) {
    try {
      if (channel.size() < size) {
        put(size - 1, new byte[1]);
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
