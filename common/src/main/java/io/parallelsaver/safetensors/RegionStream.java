package io.parallelsaver.safetensors;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A range of a file as a stream. The channel's own position is not used. */
final class RegionStream extends InputStream {
  private final FileChannel channel;
  private final long end;
  private long at;

  RegionStream(FileChannel channel, long offset, long length) {
    this.channel = channel;
    this.at = offset;
    this.end = offset + length;
  }

  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    int most = (int) Math.min(length, end - at);
    int count = most == 0 ? -1 : channel.read(ByteBuffer.wrap(target, from, most), at);
    at += Math.max(0, count);
    return count;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }
}
