package io.parallelsaver.stored;

import io.parallelsaver.npy.NpyHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What a file is by its first bytes. */
enum Signature {
  NPY,
  SAFETENSORS,
  /** An archive, if anything: its directory stands at the end, and anything may stand before it. */
  OTHER;

  private static final int LENGTH = 9;

  static Signature of(Path file) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (start.hasRemaining() && channel.read(start, start.position()) >= 0) {
        continue;
      }
      start.flip();
      if (NpyHeader.hasMagic(start)) {
        return NPY;
      }
      boolean header = start.limit() == LENGTH
          && start.get(LENGTH - 1) == '{'
          && start.getLong(0) >= 0
          && start.getLong(0) <= channel.size() - Long.BYTES;
      return header || file.toString().endsWith(".safetensors") ? SAFETENSORS : OTHER;
    }
  }
}
