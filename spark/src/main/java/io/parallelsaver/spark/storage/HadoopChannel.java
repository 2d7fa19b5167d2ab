package io.parallelsaver.spark.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import org.apache.hadoop.fs.FSDataInputStream;

/** A file of Hadoop's as a channel, as far as readers of archives need one: positional reads and the size. */
final class HadoopChannel extends FileChannel {
  private final String path;
  private final FSDataInputStream in;
  private final long size;

  HadoopChannel(String path, FSDataInputStream in, long size) {
    this.path = path;
    this.in = in;
    this.size = size;
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    if (!target.hasRemaining()) {
      return 0;
    } else if (position >= size) {
      return -1;
    }
    int count = (int) Math.min(target.remaining(), size - position);
    if (target.hasArray()) {
      in.readFully(position, target.array(), target.arrayOffset() + target.position(), count);
      target.position(target.position() + count);
    } else {
      byte[] bytes = new byte[count];
      in.readFully(position, bytes, 0, count);
      target.put(bytes);
    }
    return count;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  protected void implCloseChannel() throws IOException {
    in.close();
  }

  private UnsupportedOperationException refusal() {
    return new UnsupportedOperationException(path + " can only be read, at given positions");
  }

  @Override
  public int read(ByteBuffer target) {
    throw refusal();
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) {
    throw refusal();
  }

  @Override
  public int write(ByteBuffer source) {
    throw refusal();
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) {
    throw refusal();
  }

  @Override
  public int write(ByteBuffer source, long position) {
    throw refusal();
  }

  @Override
  public long position() {
    throw refusal();
  }

  @Override
  public FileChannel position(long newPosition) {
    throw refusal();
  }

  @Override
  public FileChannel truncate(long length) {
    throw refusal();
  }

  @Override
  public void force(boolean metaData) {
    throw refusal();
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) {
    throw refusal();
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count) {
    throw refusal();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long length) {
    throw refusal();
  }

  @Override
  public FileLock lock(long position, long length, boolean shared) {
    throw refusal();
  }

  @Override
  public FileLock tryLock(long position, long length, boolean shared) {
    throw refusal();
  }
}
