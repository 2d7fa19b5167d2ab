package io.parallelsaver.shm;

import io.parallelsaver.error.SaverException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What a coordinator is at and has done since it began, in a small mapped file that others read, also when everybody has died:
 * {@link StatusReading}. Little endian. The coordinator alone writes, a few stores at a time, so that it may do so for each job.
 *
 * <pre>
 *   0 i32 sequence: odd while it is written        76 i32 its arrays in all
 *   4 i32 version of this layout: 1                80 i32 jobs sent and not answered
 *   8 i64 run began, ms since 1970                 84 i32 arena slots
 *  16 i64 last sign of life, ms since 1970         88 i32 arena slots in use
 *  24 i64 calls begun                              96 i64 bytes written
 *  32 i32 kind of the last call begun             104 i64 bytes read
 *  36 i32 1 while it is under way                 112 i64 workers replaced
 *  40 i64 it began, ms since 1970                 120 i64 nanoseconds of jobs
 *  48 i64 it ended, ms since 1970                 136 i64 x 8 calls done, by kind
 *  56 i64 its bytes done                          200 i64 x 8 calls failed, by kind
 *  64 i64 its bytes in all                        264 i64 x 8 calls failed, by kind of error
 *  72 i32 its arrays done                         328 i64 last error, ms since 1970
 *
 *  336 i64 x 20 jobs by the time they took: up to 2^i ms, the last one all longer ones
 *  512 i32 length, then UTF-8: path of the call's target, or source
 * 2304 i32 length, then UTF-8: text of the last error
 * </pre>
 */
public final class RunStatus {
  static final int SIZE = 4096;
  static final int VERSION = 1;
  static final int PATH = 512;
  static final int ERROR = 2304;

  /** Bins of jobs by time. */
  static final int BINS = 20;

  private static final CallKind[] KINDS = CallKind.values();
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final ByteBuffer bytes;
  private int sequence;

  private RunStatus(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /**
   * @param slots slots of the run's arena
   */
  public static RunStatus create(Path file, int slots) {
    try (FileChannel channel = PrivateFile.create(file)) {
      Reservation.reserve(file, channel, 0, SIZE);
      RunStatus status = new RunStatus(channel.map(MapMode.READ_WRITE, 0, SIZE));
      status.begin(slots);
      return status;
    } catch (IOException e) {
      throw Reservation.failure("cannot create status file " + file, file, e);
    }
  }

  private void begin(int slots) {
    long now = System.currentTimeMillis();
    enter();
    put(4, VERSION);
    put(8, now);
    put(16, now);
    put(84, slots);
    leave();
  }

  /** Says that a call begins. */
  public synchronized void callBegan(CallKind kind, Path target) {
    long now = System.currentTimeMillis();
    enter();
    put(16, now);
    put(24, get(24) + 1);
    put(32, kind.ordinal());
    put(36, 1);
    put(40, now);
    put(48, 0L);
    put(56, 0L);
    put(64, 0L);
    put(72, 0);
    put(76, 0);
    text(PATH, ERROR, target.toAbsolutePath().toString());
    leave();
  }

  /** Says how many arrays the call is about. */
  public synchronized void arrays(int done, int total) {
    enter();
    put(72, done);
    put(76, total);
    leave();
  }

  /** Says how far the call is; one that begins anew has fewer bytes done than before. */
  public synchronized void bytes(long done, long total) {
    int counter = kind().writes() ? 96 : 104;
    long before = get(56);
    enter();
    put(counter, get(counter) + (done >= before ? done - before : done));
    put(56, done);
    put(64, total);
    leave();
  }

  /** Says that the call is done. */
  public synchronized void callEnded() {
    enter();
    end();
    add(136 + 8 * kind().ordinal());
    put(72, (int) INT.get(bytes, 76));
    leave();
  }

  /** Says that the call has failed. */
  public synchronized void callFailed(Throwable error) {
    enter();
    end();
    add(200 + 8 * kind().ordinal());
    add(264 + 8 * ErrorKind.of(error).ordinal());
    put(328, get(48));
    String message = error instanceof SaverException ? error.getMessage() : error.toString();
    text(ERROR, SIZE, String.valueOf(message));
    leave();
  }

  private void end() {
    long now = System.currentTimeMillis();
    put(16, now);
    put(36, 0);
    put(48, now);
  }

  /** Says what is under way. */
  public synchronized void look(int jobsOut, int slotsInUse) {
    enter();
    put(16, System.currentTimeMillis());
    put(80, jobsOut);
    put(88, slotsInUse);
    leave();
  }

  /** Says that a job was done, and how long that took. */
  public synchronized void jobDone(long nanos) {
    enter();
    put(120, get(120) + nanos);
    add(336 + 8 * bin(nanos));
    leave();
  }

  /** Says that a worker had died, and another was started in its place. */
  public synchronized void workerReplaced() {
    enter();
    add(112);
    leave();
  }

  /** Up to 1 ms is 0, up to 2 ms 1, and so on. */
  static int bin(long nanos) {
    long millis = Math.max(0, nanos - 1) / NANOS_PER_MILLI;
    return Math.min(BINS - 1, Long.SIZE - Long.numberOfLeadingZeros(millis));
  }

  private CallKind kind() {
    return KINDS[(int) INT.get(bytes, 32)];
  }

  private void enter() {
    INT.setOpaque(bytes, 0, ++sequence);
    VarHandle.storeStoreFence();
  }

  private void leave() {
    INT.setRelease(bytes, 0, ++sequence);
  }

  private long get(int offset) {
    return (long) LONG.get(bytes, offset);
  }

  private void put(int offset, long value) {
    LONG.setOpaque(bytes, offset, value);
  }

  private void put(int offset, int value) {
    INT.setOpaque(bytes, offset, value);
  }

  private void add(int offset) {
    put(offset, get(offset) + 1);
  }

  /** Cut off where there is no more room. */
  private void text(int offset, int end, String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(encoded.length, end - offset - Integer.BYTES);
    put(offset, length);
    bytes.put(offset + Integer.BYTES, encoded, 0, length);
  }
}
