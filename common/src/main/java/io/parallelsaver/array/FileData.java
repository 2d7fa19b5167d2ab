package io.parallelsaver.array;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;

/**
 * Bytes that stand in a file. Saving them moves them from file to file in a worker, without passing through the coordinator.
 *
 * @param where the file and the range in it
 */
public record FileData(Region where) implements ArrayData {
  @Override
  public long length() {
    return where.length();
  }

  @Override
  public Optional<Region> region() {
    return Optional.of(where);
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    Objects.checkFromIndexSize(offset, target.remaining(), where.length());
    long at = where.offset() + offset;
    try (FileChannel channel = FileChannel.open(where.file(), StandardOpenOption.READ)) {
      while (target.hasRemaining()) {
        int count = channel.read(target, at);
        if (count < 0) {
          throw new EOFException(
              where.file() + " ends at " + at + ", expected it to reach " + where.end());
        }
        at += count;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
