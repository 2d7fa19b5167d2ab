package io.parallelsaver;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.FileData;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.Region;
import io.parallelsaver.shm.SharedFile;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * An array in shared memory, to be filled in place: saving it copies nothing, since workers read it where it is. {@link
 * Saver#allocate} makes one. It must be filled before a save and left alone until the save is done.
 */
public final class SharedArray implements AutoCloseable {
  private final SharedFile file;
  private final NDArray array;

  SharedArray(SharedFile file, ArraySpec spec) {
    this.file = file;
    this.array = NDArray.of(spec, new FileData(new Region(file.file(), 0, spec.byteSize())));
  }

  /** The array, to be saved and looked at. */
  public NDArray array() {
    return array;
  }

  /**
   * Its bytes for writing, in native order.
   *
   * @throws UnsupportedOperationException if it has more than 1 GiB
   */
  public ByteBuffer buffer() {
    List<ByteBuffer> all = buffers();
    if (all.size() > 1) {
      throw new UnsupportedOperationException(
          "array " + array.spec() + " is in " + all.size() + " buffers: use buffers()");
    }
    return all.isEmpty() ? ByteBuffer.allocate(0) : all.get(0);
  }

  /** Its bytes for writing, in native order, in pieces of 1 GiB. */
  public List<ByteBuffer> buffers() {
    return file.segments();
  }

  /** Gives the memory back. The array and buffers that were looked at must not be used any more in a save. */
  @Override
  public void close() {
    file.close();
  }
}
