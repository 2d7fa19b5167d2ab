package io.parallelsaver.shm;

import io.parallelsaver.error.FileFailure;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.StorageFullException;
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
 * pages are in use when little is to be done. Of a slot only so much takes memory as was ever asked for, and where shared memory is
 * scarce there are fewer slots: as long as one is in use, a next one that cannot be had is waited for.
 */
public final class Arena implements AutoCloseable {
  /** Stands for none. */
  public static final int NO_SLOT = -1;

  private static final int PAGE = 4096;

  /** What is left to the queues: a slot that would take it is not taken as long as there is another. */
  private static final long MARGIN = 512 << 10;

  /** Jobs of less would be all messages. */
  private static final int SMALLEST = 64 << 10;

  private final Path file;
  private final FileChannel channel;
  private final MappedByteBuffer bytes;
  private final int slotSize;
  private final ArrayDeque<Integer> free = new ArrayDeque<>();

  /** How many bytes of each slot are really there. */
  private final int[] reserved;

  private long reservedBytes;

  private Arena(Path file, FileChannel channel, MappedByteBuffer bytes, int slotSize) {
    this.file = file;
    this.channel = channel;
    this.bytes = bytes;
    this.slotSize = slotSize;
    int slots = bytes.capacity() / slotSize;
    this.reserved = new int[slots];
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
      try {
        return new Arena(file, channel, channel.map(MapMode.READ_WRITE, 0, size), slotSize);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw Reservation.failure("cannot create arena " + file + " of " + size + " bytes", file, e);
    }
  }

  /** Maps the whole arena of another process. */
  public static MappedByteBuffer attach(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(MapMode.READ_WRITE, 0, channel.size());
    } catch (IOException e) {
      throw FileFailure.named("cannot map the arena " + file, e);
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
   * Takes a free slot, or returns {@link #NO_SLOT} when all that can be had are in use.
   *
   * @param length bytes that will be used of it
   * @throws StorageFullException if shared memory is too full for the only slot in use
   */
  public synchronized int take(int length) {
    return take(length, 0);
  }

  /**
   * Takes two free slots, or returns null when they cannot be had yet.
   *
   * @throws StorageFullException if shared memory is too full for only two
   */
  public synchronized int[] takeTwo(int firstLength, int secondLength) {
    int first = free.size() < 2 ? NO_SLOT : take(firstLength, 0);
    if (first == NO_SLOT) {
      return null;
    }
    int second = NO_SLOT;
    try {
      second = take(secondLength, 1);
      return second == NO_SLOT ? null : new int[] {first, second};
    } finally {
      if (second == NO_SLOT) {
        free.push(first);
      }
    }
  }

  /**
   * @param held how many slots the caller waits with: they will not come back before it has this one
   */
  private int take(int length, int held) {
    if (free.isEmpty()) {
      return NO_SLOT;
    }
    int needed = Math.min(slotSize, (length + PAGE - 1) / PAGE * PAGE);
    int slot = fitting(needed);
    try {
      if (needed > reserved[slot] && !reserve(slot, needed, held)) {
        free.push(slot);
        return NO_SLOT;
      }
      return slot;
    } catch (IOException | SaverException e) {
      free.push(slot);
      throw e instanceof SaverException known
          ? known
          : new SaverException("cannot reserve in " + file + ": " + e, e);
    }
  }

  /** Takes the smallest slot that is large enough already, or else the largest, to be made larger; of equal ones that released last. */
  private int fitting(int needed) {
    int best = free.peek();
    for (int slot : free) {
      boolean fits = reserved[slot] >= needed;
      boolean better = reserved[best] >= needed
          ? fits && reserved[slot] < reserved[best]
          : reserved[slot] > reserved[best];
      if (better) {
        best = slot;
      }
    }
    free.remove(best);
    return best;
  }

  /** False if there is no room, but will be a slot that is in use now. */
  private boolean reserve(int slot, int needed, int held) throws IOException {
    boolean another = free.size() + 1 + held < reserved.length;
    int more = needed - reserved[slot];
    if (another && usable() < more + MARGIN) {
      return false;
    }
    try {
      Reservation.reserve(file, channel, offset(slot) + reserved[slot], more);
    } catch (StorageFullException e) {
      if (another) {
        return false;
      }
      throw e;
    }
    reserved[slot] = needed;
    reservedBytes += more;
    return true;
  }

  private long usable() throws IOException {
    return FreeSpace.of(file);
  }

  /**
   * The largest length up to {@code wanted} of which so many slots can be had at a time, with something left to the queues; at least a
   * small one.
   *
   * @param wanted bytes, a multiple of 4096
   * @param count how many slots
   */
  public synchronized int affordable(int wanted, int count) {
    try {
      long each = (usable() + reservedBytes - MARGIN) / count / PAGE * PAGE;
      return (int) Math.min(wanted, Math.max(each, SMALLEST));
    } catch (IOException e) {
      throw new SaverException("cannot look at " + file + ": " + e, e);
    }
  }

  /** How many slots are not in use. */
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

  /** Gives all memory back at once: the mapping may stay until it is garbage, but holds no page. Nobody may look at a slot any more. */
  @Override
  public void close() {
    if (!channel.isOpen()) {
      return;
    }
    try (channel) {
      channel.truncate(0);
    } catch (IOException e) {
      throw FileFailure.of("cannot close arena " + file, file, 0, e);
    }
  }
}
