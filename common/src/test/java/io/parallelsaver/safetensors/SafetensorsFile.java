package io.parallelsaver.safetensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** An open file whose content a test changes. */
final class SafetensorsFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;

  SafetensorsFile(Path path) {
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

  /** Makes these its whole content. */
  SafetensorsFile hold(byte[] content) {
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

  SafetensorsHeader read() {
    return SafetensorsHeader.read(path, channel);
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
