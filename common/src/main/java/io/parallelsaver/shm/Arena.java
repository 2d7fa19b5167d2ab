package io.parallelsaver.shm;

import io.parallelsaver.error.SaverException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;

/**
 * A bounded set of equal slots in one shared file, through which array bytes pass from the coordinator to the workers. Slots are
 * recycled, because the first touch of a page costs far more than the copy into it; they are taken last in, first out, so that few
 * pages are in use when little is to be done.
 */
public final class Arena implements AutoCloseable {
  /** Stands for none. */
  public static final int NO_SLOT = -1;

  private final Path file;
  private final FileChannel channel;
  private final MappedByteBuffer bytes;
  private final int slotSize;
  private final ArrayDeque<Integer> free = new ArrayDeque<>();
  private final boolean[] reserved;

  private Arena(Path file, FileChannel channel, MappedByteBuffer bytes, int slotSize) {
    this.file = file;
    this.channel = channel;
    this.bytes = bytes;
    this.slotSize = slotSize;
    int slots = bytes.capacity() / slotSize;
    this.reserved = new boolean[slots];
    for (int slot = 0; slot < slots; slot++) {
      free.add(slot);
    }
  }

  /**
   * Creates the file; memory is taken when a slot is first used.
   *
   * @param slotSize bytes of a slot, a multiple of 4096
   */
  public static Arena create(Path file, int slots, int slotSize) {
    int size = Math.multiplyExact(slots, slotSize);
    try {
      FileChannel channel = PrivateFile.create(file);
      return new Arena(file, channel, channel.map(MapMode.READ_WRITE, 0, size), slotSize);
    } catch (IOException e) {
      throw new SaverException("cannot create arena " + file + " of " + size + " bytes: " + e, e);
    }
  }

  /** Maps the whole arena of another process. */
  public static MappedByteBuffer attach(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(MapMode.READ_WRITE, 0, channel.size());
    }
  }

  public Path file() {
    return file;
  }

  public int slotSize() {
    return slotSize;
  }

  public int slots() {
    return reserved.length;
  }

  /**
   * Takes a free slot, or returns {@link #NO_SLOT} when all are in use.
   *
   * @throws io.parallelsaver.error.StorageFullException if the slot is used for the first time and shared memory is full
   */
  public synchronized int take() {
    Integer slot = free.poll();
    if (slot == null) {
      return NO_SLOT;
    }
    if (!reserved[slot]) {
      try {
        Reservation.reserve(file, channel, offset(slot), slotSize);
        reserved[slot] = true;
      } catch (IOException | SaverException e) {
        free.push(slot);
        throw e instanceof SaverException known
            ? known
            : new SaverException("cannot reserve in " + file + ": " + e, e);
      }
    }
    return slot;
  }

  /** How many slots {@link #take} would give now. */
  public synchronized int free() {
    return free.size();
  }

  /** Gives a slot back. No process may hold a job any more that names it. */
  public synchronized void release(int slot) {
    free.push(slot);
  }

  /** Where a slot begins in the file. */
  public long offset(int slot) {
    return (long) slot * slotSize;
  }

  /** The slot's bytes, for writing. */
  public ByteBuffer slot(int slot) {
    return bytes.slice(Math.toIntExact(offset(slot)), slotSize);
  }

  /** Closes the file. The mapping goes with the last reference to it. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new SaverException("cannot close arena " + file + ": " + e, e);
    }
  }
}
