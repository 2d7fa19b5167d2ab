package io.parallelsaver.shm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * What a {@link RunStatus} said at one moment.
 *
 * @param began when the run began
 * @param seen the last sign of life: while a call is under way never long ago
 * @param call the call under way, or the last one; empty before the first
 * @param jobsOut jobs sent and not answered
 * @param arenaSlots slots there are for staged bytes
 * @param arenaSlotsUsed slots in use
 * @param counters what has been done
 * @param lastError text of the last failure; empty if there was none
 * @param lastErrorAt when it was
 */
public record StatusReading(
    Instant began,
    Instant seen,
    Optional<Call> call,
    int jobsOut,
    int arenaSlots,
    int arenaSlotsUsed,
    Counters counters,
    String lastError,
    Instant lastErrorAt) {

  /** How often what is being written is read again as long as nothing comes of it: its writer may have died in the middle. */
  private static final int MOST_TRIES = 50;

  private static final long PAUSE_NANOS = 100_000;

  /**
   * A call.
   *
   * @param target what is written, or, where nothing is, what is read
   * @param underWay whether it has not ended
   * @param ended when it did, or else the beginning of 1970
   */
  public record Call(
      CallKind kind,
      String target,
      boolean underWay,
      Instant began,
      Instant ended,
      long bytesDone,
      long bytesTotal,
      int arraysDone,
      int arraysTotal) {}

  /**
   * Reads a status file.
   *
   * @throws IOException if it cannot be read, or is none that this version knows
   */
  static StatusReading read(FileChannel file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(RunStatus.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    int tries = 1;
    while (true) {
      int before = sequence(file);
      fill(file, bytes.clear());
      boolean moved = sequence(file) != before;
      if (!moved && (before % 2 == 0 || tries == MOST_TRIES)) {
        return of(bytes);
      }
      if (moved) {
        tries = 1;
      } else {
        tries++;
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private static int sequence(FileChannel file) throws IOException {
    ByteBuffer four = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    fill(file, four);
    return four.getInt(0);
  }

  private static void fill(FileChannel file, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (file.read(bytes, bytes.position()) < 0) {
        throw new IOException(
            "is cut off: " + bytes.position() + " bytes, expected " + bytes.capacity());
      }
    }
  }

  private static StatusReading of(ByteBuffer bytes) throws IOException {
    if (bytes.getInt(4) != RunStatus.VERSION) {
      throw new IOException("has layout " + bytes.getInt(4) + ", expected " + RunStatus.VERSION
          + ": it is of another version of parallel-saver");
    }
    boolean any = bytes.getLong(24) > 0;
    return new StatusReading(
        time(bytes, 8),
        time(bytes, 16),
        any ? Optional.of(call(bytes)) : Optional.empty(),
        bytes.getInt(80),
        bytes.getInt(84),
        bytes.getInt(88),
        counters(bytes),
        text(bytes, RunStatus.ERROR, RunStatus.SIZE),
        time(bytes, 328));
  }

  private static Counters counters(ByteBuffer bytes) {
    return new Counters(
        bytes.getLong(96),
        bytes.getLong(104),
        longs(bytes, 136, CallKind.values().length),
        longs(bytes, 200, CallKind.values().length),
        longs(bytes, 264, ErrorKind.values().length),
        bytes.getLong(112),
        bytes.getLong(120),
        longs(bytes, 336, RunStatus.BINS));
  }

  private static Call call(ByteBuffer bytes) throws IOException {
    int kind = bytes.getInt(32);
    if (kind < 0 || kind >= CallKind.values().length) {
      throw new IOException("has a call of kind " + kind);
    }
    return new Call(
        CallKind.values()[kind],
        text(bytes, RunStatus.PATH, RunStatus.ERROR),
        bytes.getInt(36) != 0,
        time(bytes, 40),
        time(bytes, 48),
        bytes.getLong(56),
        bytes.getLong(64),
        bytes.getInt(72),
        bytes.getInt(76));
  }

  private static Instant time(ByteBuffer bytes, int offset) {
    return Instant.ofEpochMilli(bytes.getLong(offset));
  }

  private static long[] longs(ByteBuffer bytes, int offset, int count) {
    long[] found = new long[count];
    for (int i = 0; i < count; i++) {
      found[i] = bytes.getLong(offset + i * Long.BYTES);
    }
    return found;
  }

  private static String text(ByteBuffer bytes, int offset, int end) {
    int most = end - offset - Integer.BYTES;
    int length = Math.max(0, Math.min(bytes.getInt(offset), most));
    return new String(bytes.array(), offset + Integer.BYTES, length, StandardCharsets.UTF_8);
  }
}
