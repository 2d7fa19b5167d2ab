package io.parallelsaver.shm;

import io.parallelsaver.error.SaverException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What each worker is doing, in a small mapped file that anyone may read, also after everybody has died. Little endian, one row of
 * 64 bytes for each seat, and one more behind them, which only the coordinator writes; a worker writes only its own row. Rows are read
 * far more often than queues, which cost many times as much to look at: who waits for a message waits for its count here to rise.
 *
 * <pre>
 *  0 i32 worker id, 0 when nobody has sat here        24 i64 job it is at, -1 when idle
 *  4 i32 state, written last: 0 starting, 1 ready      32 i64 jobs done
 *  8 i64 pid                                           40 i64 bytes moved
 * 16 i64 call of the job it is at                      48 i32 beats: rises while the process runs, unless it sleeps
 * 56 i32 1 when it sleeps until it is woken           52 i32 steps: rises while its jobs make progress
 *                                                     60 i32 receipts sent
 *
 * the last row: 0 i32 messages sent to all workers
 * </pre>
 */
public final class WorkerTable {
  private static final int ROW = 64;
  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final ByteBuffer bytes;

  private WorkerTable(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  public static WorkerTable create(Path file, int seats) {
    try (FileChannel channel = PrivateFile.create(file)) {
      long size = (long) (seats + 1) * ROW;
      Reservation.reserve(file, channel, 0, size);
      return new WorkerTable(channel.map(MapMode.READ_WRITE, 0, size));
    } catch (IOException e) {
      throw new SaverException("cannot create worker table " + file + ": " + e, e);
    }
  }

  public static WorkerTable attach(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new WorkerTable(channel.map(MapMode.READ_WRITE, 0, channel.size()));
    }
  }

  /** Unmaps it. No other method may be called any more, by any thread. */
  public void detach() {
    Mapping.end(bytes);
  }

  /** Clears a row for a worker that is about to be started there. */
  public void assign(int seat, int worker) {
    bytes.put(seat * ROW, new byte[ROW]);
    INT.setRelease(bytes, seat * ROW, worker);
  }

  /** Says that a worker has opened its queues. */
  public void ready(int seat, long pid) {
    LONG.setOpaque(bytes, seat * ROW + 8, pid);
    idle(seat, 0, 0);
    INT.setRelease(bytes, seat * ROW + 4, 1);
  }

  public boolean isReady(int seat) {
    return (int) INT.getAcquire(bytes, seat * ROW + 4) == 1;
  }

  /** Says that a worker has sent a receipt. */
  public void answered(int seat) {
    INT.getAndAdd(bytes, seat * ROW + 60, 1);
  }

  /** How many receipts the worker at a seat has sent, modulo 2^32. */
  public int answers(int seat) {
    return (int) INT.getAcquire(bytes, seat * ROW + 60);
  }

  /** Says that a worker's process runs; not whether it gets anywhere. */
  public void beat(int seat) {
    INT.getAndAdd(bytes, seat * ROW + 48, 1);
  }

  /** Signs of life of the process at a seat, modulo 2^32. */
  public int beats(int seat) {
    return (int) INT.getAcquire(bytes, seat * ROW + 48);
  }

  /** Says that a worker has come further with its job. */
  public void step(int seat) {
    INT.getAndAdd(bytes, seat * ROW + 52, 1);
  }

  /** Steps that the worker at a seat has made, modulo 2^32. */
  public int steps(int seat) {
    return (int) INT.getAcquire(bytes, seat * ROW + 52);
  }

  /** Says that a message was sent to all workers. */
  public void sent() {
    INT.getAndAdd(bytes, bytes.capacity() - ROW, 1);
  }

  /** How many messages were sent to all workers, modulo 2^32. */
  public int messages() {
    return (int) INT.getVolatile(bytes, bytes.capacity() - ROW);
  }

  /** Says that a worker will sleep unless it finds something to do now: it must look once more after this. */
  public void asleep(int seat) {
    INT.setVolatile(bytes, seat * ROW + 56, 1);
    VarHandle.fullFence();
  }

  public boolean isAsleep(int seat) {
    return (int) INT.getVolatile(bytes, seat * ROW + 56) == 1;
  }

  /** Says that a worker is awake, by itself or because it must be woken. True if it was not before. Call after what it shall find. */
  public boolean awake(int seat) {
    VarHandle.fullFence();
    return isAsleep(seat) && INT.compareAndSet(bytes, seat * ROW + 56, 1, 0);
  }

  /** Says what a worker is at. */
  public void busy(int seat, long call, int job) {
    LONG.setOpaque(bytes, seat * ROW + 16, call);
    LONG.setRelease(bytes, seat * ROW + 24, (long) job);
  }

  /** Whether the worker at a seat, which must be ready, is at a job. */
  public boolean isBusy(int seat) {
    return (long) LONG.getAcquire(bytes, seat * ROW + 24) >= 0;
  }

  /** Bytes that the worker at a seat has moved in jobs that are done. */
  public long moved(int seat) {
    return (long) LONG.getOpaque(bytes, seat * ROW + 40);
  }

  /** Process id of the worker at a seat, once it is ready. */
  public long pid(int seat) {
    return (long) LONG.getOpaque(bytes, seat * ROW + 8);
  }

  /** What is in the bytes of a table, for those who only look on. Seats where nobody has sat are left out. */
  static List<WorkerRow> rows(ByteBuffer table) {
    ByteBuffer row = table.order(ByteOrder.LITTLE_ENDIAN);
    List<WorkerRow> rows = new ArrayList<>();
    for (int at = 0; at + 2 * ROW <= row.capacity(); at += ROW) {
      if (row.getInt(at) != 0) {
        rows.add(new WorkerRow(
            at / ROW,
            row.getInt(at),
            row.getLong(at + 8),
            row.getInt(at + 4) == 1,
            row.getInt(at + 56) == 1,
            row.getLong(at + 16),
            row.getLong(at + 24),
            row.getLong(at + 32),
            row.getLong(at + 40)));
      }
    }
    return rows;
  }

  /** Number of seats. */
  public int seats() {
    return bytes.capacity() / ROW - 1;
  }

  /** Says that a worker waits for work, and what it has done so far. */
  public void idle(int seat, long jobs, long moved) {
    LONG.setOpaque(bytes, seat * ROW + 32, jobs);
    LONG.setOpaque(bytes, seat * ROW + 40, moved);
    LONG.setRelease(bytes, seat * ROW + 24, -1L);
  }
}
