package io.parallelsaver.job;

import io.parallelsaver.job.Job.Kind;
import io.parallelsaver.job.Job.Piece;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Jobs and receipts as bytes, little endian, fixed fields first. Text is UTF-8 behind a u16 or u32 length.
 *
 * <pre>
 * job      0 i64 call  8 i32 number  12 i32 attempt  16 i32 kind  20 i32 pieces  24 i32 sums  28 i32 level
 *         32 i64 skip 40 i64 inflated size
 *         48 pieces: i32 source, i32 target, i64 source offset, i64 target offset, i64 length
 *            sums:   i32 start, i32 end, i32 stamp
 * receipt  0 i64 call  8 i32 number  12 i32 attempt  16 i32 worker  20 i32 outcome  24 i64 nanos
 *         32 i32 error length, error, i32 sums, sums: i32 crc, i32 blocks, blocks: i32 length
 * </pre>
 */
final class JobCodec {
  static final int JOB_HEADER = 48;
  static final int PIECE = 32;
  private static final int RECEIPT_FIXED = 44;

  /** The longest error text that is passed on. */
  private static final int MAX_ERROR = 4096;

  private JobCodec() {}

  /** Bytes that {@link #encode(Job)} makes. */
  static int size(Job job) {
    return JOB_HEADER + job.pieces().size() * PIECE + job.sums().count() * Sums.BYTES;
  }

  static ByteBuffer encode(Job job) {
    ByteBuffer out = ByteBuffer.allocate(size(job)).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(job.call())
        .putInt(job.number())
        .putInt(job.attempt())
        .putInt(job.kind().ordinal());
    out.putInt(job.pieces().size()).putInt(job.sums().count()).putInt(job.level());
    out.putLong(job.skip()).putLong(job.inflatedSize());
    for (Piece piece : job.pieces()) {
      out.putInt(piece.source())
          .putInt(piece.target())
          .putLong(piece.sourceOffset())
          .putLong(piece.targetOffset());
      out.putLong(piece.length());
    }
    job.sums().put(out.asIntBuffer());
    return out.clear();
  }

  /**
   * @throws IllegalArgumentException if the bytes are no job: cut off, an unknown kind, an index out of range
   */
  static Job decodeJob(ByteBuffer bytes) {
    ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    try {
      long call = in.getLong();
      int number = in.getInt();
      int attempt = in.getInt();
      Kind kind = constant(Kind.values(), in.getInt());
      int pieceCount = count(in.getInt(), PIECE, in);
      int sums = count(in.getInt(), Sums.BYTES, in);
      int level = in.getInt();
      long skip = in.getLong();
      long inflatedSize = in.getLong();
      List<Piece> pieces = new ArrayList<>(pieceCount);
      long content = 0;
      for (int i = 0; i < pieceCount; i++) {
        Piece piece = piece(in);
        pieces.add(piece);
        content = Math.addExact(content, piece.length());
      }
      Sums runs = Sums.get(in.asIntBuffer(), sums, content);
      return new Job(call, number, attempt, kind, pieces, runs, skip, inflatedSize, level);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("job's pieces are longer than any file", e);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("job of " + bytes.remaining() + " bytes is cut off", e);
    }
  }

  private static Piece piece(ByteBuffer in) {
    int source = in.getInt();
    int target = in.getInt();
    Piece piece = new Piece(source, in.getLong(), target, in.getLong(), in.getLong());
    boolean possible = source != Job.NO_FILE
        && source >= Job.ARENA
        && target >= Job.ARENA
        && piece.sourceOffset() >= 0
        && piece.targetOffset() >= 0
        && piece.length() >= 0
        && Math.max(piece.sourceOffset(), piece.targetOffset()) <= Long.MAX_VALUE - piece.length();
    if (!possible) {
      throw new IllegalArgumentException("job has an impossible piece: " + piece);
    }
    return piece;
  }

  static ByteBuffer encode(Receipt receipt) {
    byte[] error = receipt.error().getBytes(StandardCharsets.UTF_8);
    int errorLength = Math.min(error.length, MAX_ERROR);
    ByteBuffer out = ByteBuffer.allocate(
            RECEIPT_FIXED + errorLength + (receipt.crcs().length + receipt.lengths().length) * 4)
        .order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(receipt.call())
        .putInt(receipt.number())
        .putInt(receipt.attempt())
        .putInt(receipt.worker());
    out.putInt(receipt.outcome().ordinal()).putLong(receipt.nanos());
    out.putInt(errorLength).put(error, 0, errorLength);
    putInts(out, receipt.crcs());
    putInts(out, receipt.lengths());
    return out.flip();
  }

  private static void putInts(ByteBuffer out, int[] values) {
    out.putInt(values.length);
    out.asIntBuffer().put(values);
    out.position(out.position() + values.length * Integer.BYTES);
  }

  private static int[] ints(ByteBuffer in) {
    int[] values = new int[count(in.getInt(), 4, in)];
    in.asIntBuffer().get(values);
    in.position(in.position() + values.length * Integer.BYTES);
    return values;
  }

  /**
   * @throws IllegalArgumentException if the bytes are no receipt
   */
  static Receipt decodeReceipt(ByteBuffer bytes) {
    ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    try {
      long call = in.getLong();
      int number = in.getInt();
      int attempt = in.getInt();
      int worker = in.getInt();
      Receipt.Outcome outcome = constant(Receipt.Outcome.values(), in.getInt());
      long nanos = in.getLong();
      String error = text(in, count(in.getInt(), 1, in));
      int[] crcs = ints(in);
      int[] lengths = ints(in);
      return new Receipt(call, number, attempt, worker, nanos, outcome, error, crcs, lengths);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException(
          "receipt of " + bytes.remaining() + " bytes is cut off", e);
    }
  }

  /** What answers a job that cannot be read: what names it stands first, and whoever does not know it does not mind. */
  static Receipt refusal(ByteBuffer bytes, int worker, String error) {
    ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    boolean named = in.remaining() >= 16;
    return new Receipt(
        named ? in.getLong(0) : 0,
        named ? in.getInt(8) : 0,
        named ? in.getInt(12) : 0,
        worker,
        0,
        Receipt.Outcome.FAILED,
        "the job cannot be read: " + error,
        new int[0]);
  }

  /** A count that the rest of the message can hold: nothing is allocated on a message's word alone. */
  private static int count(int stated, int size, ByteBuffer in) {
    if (stated < 0 || (long) stated * size > in.remaining()) {
      throw new IllegalArgumentException(
          "message of " + in.limit() + " bytes cannot hold " + stated + " items of " + size);
    }
    return stated;
  }

  private static String text(ByteBuffer in, int length) {
    if (length > in.remaining()) {
      throw new IllegalArgumentException("text of " + length + " bytes is cut off");
    }
    byte[] text = new byte[length];
    in.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  private static <E extends Enum<E>> E constant(E[] values, int ordinal) {
    if (ordinal < 0 || ordinal >= values.length) {
      throw new IllegalArgumentException(
          "unknown " + values[0].getDeclaringClass().getSimpleName() + " " + ordinal);
    }
    return values[ordinal];
  }
}
