package io.parallelsaver.pickle;

import io.parallelsaver.array.ArrayData;
import io.parallelsaver.array.Region;
import io.parallelsaver.error.CorruptException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** Bytes that a pickle of protocol 2, which has none, holds as characters. They are decoded when they are read, and never all in memory. */
public final class Latin1Data implements ArrayData {
  private static final int BLOCK = 1 << 16;

  /** Decoded bytes from one place that is known in the file to the next. */
  private static final int STEP = 1 << 20;

  private final Region encoded;
  private final long length;
  private final long[] starts;

  private Latin1Data(Region encoded, long length, long[] starts) {
    this.encoded = encoded;
    this.length = length;
    this.starts = starts;
  }

  /**
   * Reads all characters once, to check them and to find places among them.
   *
   * @param encoded where the characters are, in UTF-8
   * @param length how many bytes they should stand for
   * @throws CorruptException if they do not
   */
  public static Latin1Data of(Region encoded, FileChannel channel, long length) throws IOException {
    long[] starts = new long[Math.toIntExact(length / STEP + 1)];
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    ByteBuffer decoded = ByteBuffer.allocate(BLOCK);
    Latin1Decoder decoder = new Latin1Decoder();
    long characters = 0;
    try {
      for (long at = encoded.offset(); at < encoded.end(); at += block.limit()) {
        fill(encoded, channel, block, at);
        for (int i = 0; i < block.limit(); i++) {
          boolean begins = (block.get(i) & 0xC0) != 0x80;
          if (begins && characters % STEP == 0 && characters <= length) {
            starts[(int) (characters / STEP)] = at + i;
          }
          characters += begins ? 1 : 0;
        }
        decoder.decode(block, decoded.clear());
      }
      decoder.finish();
    } catch (IllegalArgumentException e) {
      throw new CorruptException(encoded.file() + ": " + e.getMessage(), e);
    }
    if (characters != length) {
      throw new CorruptException(encoded.file() + ": the array takes " + length + " bytes, found "
          + characters + " at byte " + encoded.offset());
    }
    return new Latin1Data(encoded, length, starts);
  }

  private static void fill(Region encoded, FileChannel channel, ByteBuffer block, long at)
      throws IOException {
    block.clear().limit((int) Math.min(BLOCK, encoded.end() - at));
    while (block.hasRemaining()) {
      if (channel.read(block, at + block.position()) < 0) {
        throw new CorruptException(encoded.file() + " ends at byte " + (at + block.position())
            + ", expected it to reach " + encoded.end());
      }
    }
    block.flip();
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    Objects.checkFromIndexSize(offset, target.remaining(), length);
    ByteBuffer block = ByteBuffer.allocate(BLOCK).limit(0);
    ByteBuffer skipped = ByteBuffer.allocate(BLOCK);
    Latin1Decoder decoder = new Latin1Decoder();
    long skip = offset % STEP;
    long at = starts[(int) (offset / STEP)];
    try (FileChannel channel = FileChannel.open(encoded.file(), StandardOpenOption.READ)) {
      while (target.hasRemaining()) {
        if (!block.hasRemaining()) {
          fill(encoded, channel, block, at);
          at += block.limit();
        }
        if (skip > 0) {
          skipped.clear().limit((int) Math.min(BLOCK, skip));
          decoder.decode(block, skipped);
          skip -= skipped.position();
        } else {
          decoder.decode(block, target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
