package io.parallelsaver.worker;

import io.parallelsaver.job.Job;
import io.parallelsaver.job.Job.JobFile;
import io.parallelsaver.job.Job.Piece;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/** Moves the pieces of one job and sums them on the way. */
final class Transfer {
  /** The longest run of bytes a {@link Job.Kind#GATHER} job may write at once. */
  private static final int BUFFER = 4 << 20;

  /** Bytes read, summed and written while they are in the processor's cache. */
  private static final int BLOCK = 256 << 10;

  private final OpenFiles files;
  private final Milestone.Listener listener;
  private final Inflater inflater = new Inflater(true);
  private ByteBuffer buffer;
  private Job job;
  private CRC32[] sums;
  private int piece;

  Transfer(OpenFiles files, Milestone.Listener listener) {
    this.files = files;
    this.listener = listener;
  }

  /** Index of the piece that the last job was at when it failed. */
  int piece() {
    return piece;
  }

  /**
   * Does a job.
   *
   * @return a CRC-32 for each of its sums
   * @throws java.io.EOFException if a source is shorter than the job says
   * @throws ZipException if deflated data is damaged
   */
  int[] run(Job next) throws IOException {
    job = next;
    piece = -1;
    sums = new CRC32[job.sums()];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = new CRC32();
    }
    switch (job.kind()) {
      case GATHER -> gather();
      case SCATTER -> scatter();
      case INFLATE -> inflate();
    }
    int[] crcs = new int[sums.length];
    for (int i = 0; i < crcs.length; i++) {
      crcs[i] = (int) sums[i].getValue();
    }
    return crcs;
  }

  private void gather() throws IOException {
    Piece first = job.pieces().get(0);
    ByteBuffer image = stagedImage();
    if (image == null) {
      image = buffer().clear();
      for (piece = 0; piece < job.pieces().size(); piece++) {
        Piece next = job.pieces().get(piece);
        image.limit(image.position() + checked(next.length(), image.capacity() - image.position()));
        read(next.source(), image, next.sourceOffset());
      }
      image.flip();
    }
    listener.reached(Milestone.READ, job);
    image.order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    for (piece = 0; piece < job.pieces().size(); piece++) {
      Piece next = job.pieces().get(piece);
      if (next.targetOffset() != first.targetOffset() + at) {
        throw new IllegalArgumentException("gathered pieces do not follow each other: " + next);
      }
      sum(next.sum(), image.slice(at, (int) next.length()));
      at += (int) next.length();
    }
    for (int i = 0; i < sums.length; i++) {
      if (job.stamps()[i] >= 0) {
        image.putInt(
            Math.toIntExact(job.stamps()[i] - first.targetOffset()), (int) sums[i].getValue());
      }
    }
    piece = 0;
    file(first.target()).write(image, first.targetOffset());
  }

  /** The arena's own bytes when all pieces lie there in order, so that nothing needs to be copied; else null. */
  private ByteBuffer stagedImage() throws IOException {
    long start = job.pieces().get(0).sourceOffset();
    long end = start;
    for (Piece next : job.pieces()) {
      if (!OpenFiles.isArena(job.files().get(next.source())) || next.sourceOffset() != end) {
        return null;
      }
      end += next.length();
    }
    ByteBuffer arena = files.arena();
    return arena.slice(Math.toIntExact(start), checked(end - start, arena.capacity() - start));
  }

  private void scatter() throws IOException {
    ByteBuffer block = buffer();
    for (piece = 0; piece < job.pieces().size(); ) {
      int count = window(piece);
      if (count == 0) {
        stream(job.pieces().get(piece), block);
        piece++;
        continue;
      }
      Piece first = job.pieces().get(piece);
      Piece last = job.pieces().get(piece + count - 1);
      block.clear().limit((int) (last.sourceOffset() + last.length() - first.sourceOffset()));
      read(first.source(), block, first.sourceOffset());
      listener.reached(Milestone.READ, job);
      for (int end = piece + count; piece < end; piece++) {
        Piece next = job.pieces().get(piece);
        deliver(next, 0, block.slice((int) (next.sourceOffset() - first.sourceOffset()), (int)
            next.length()));
      }
    }
  }

  /** How many pieces from {@code from} on lie in one block of the source; 0 if the first alone does not. */
  private int window(int from) {
    Piece first = job.pieces().get(from);
    long at = first.sourceOffset();
    int count = 0;
    while (from + count < job.pieces().size()) {
      Piece next = job.pieces().get(from + count);
      if (next.source() != first.source()
          || next.sourceOffset() < at
          || next.sourceOffset() + next.length() - first.sourceOffset() > BLOCK) {
        break;
      }
      at = next.sourceOffset() + next.length();
      count++;
    }
    return count;
  }

  private void stream(Piece whole, ByteBuffer block) throws IOException {
    for (long done = 0; done < whole.length(); done += block.limit()) {
      block.clear().limit((int) Math.min(BLOCK, whole.length() - done));
      read(whole.source(), block, whole.sourceOffset() + done);
      if (done == 0) {
        listener.reached(Milestone.READ, job);
      }
      deliver(whole, done, block.flip());
    }
  }

  private void deliver(Piece to, long offset, ByteBuffer bytes) throws IOException {
    sum(to.sum(), bytes.duplicate());
    if (to.target() != Job.NO_FILE) {
      file(to.target()).write(bytes, to.targetOffset() + offset);
    }
  }

  private void inflate() throws IOException {
    piece = 0;
    Piece whole = job.pieces().get(0);
    ByteBuffer in = buffer().slice(0, BLOCK);
    ByteBuffer out = buffer().slice(BLOCK, BLOCK);
    inflater.reset();
    inflater.setInput(in.limit(0));
    long read = 0;
    long inflated = 0;
    try {
      while (!inflater.finished()) {
        if (inflater.needsInput()) {
          if (read == whole.length()) {
            throw new ZipException("deflated data is cut off after " + inflated + " of "
                + job.inflatedSize() + " bytes");
          }
          in.clear().limit((int) Math.min(BLOCK, whole.length() - read));
          read(whole.source(), in, whole.sourceOffset() + read);
          read += in.flip().remaining();
          inflater.setInput(in);
          listener.reached(Milestone.READ, job);
        }
        inflater.inflate(out.clear());
        out.flip();
        if (inflated + out.limit() > job.inflatedSize()) {
          throw new ZipException("deflated data is longer than the " + job.inflatedSize()
              + " bytes the directory states");
        }
        deliverInflated(whole, inflated, out);
        inflated += out.limit();
      }
    } catch (DataFormatException e) {
      throw new ZipException(
          "deflated data is damaged after " + inflated + " bytes: " + e.getMessage());
    }
    if (inflated != job.inflatedSize()) {
      throw new ZipException("deflated data ends after " + inflated
          + " bytes, the directory states " + job.inflatedSize());
    }
  }

  /** Sums all that comes out, and writes what lies behind the part to be skipped. */
  private void deliverInflated(Piece whole, long inflated, ByteBuffer out) throws IOException {
    sum(whole.sum(), out.duplicate());
    long skip = Math.max(0, job.skip() - inflated);
    if (whole.target() != Job.NO_FILE && skip < out.limit()) {
      ByteBuffer wanted = out.duplicate().position((int) skip);
      file(whole.target()).write(wanted, whole.targetOffset() + inflated + skip - job.skip());
    }
  }

  private void sum(int index, ByteBuffer bytes) {
    if (index != Job.NO_SUM) {
      sums[index].update(bytes);
    }
  }

  private void read(int source, ByteBuffer target, long offset) throws IOException {
    JobFile from = job.files().get(source);
    if (OpenFiles.isArena(from)) {
      ByteBuffer arena = files.arena();
      target.put(arena.slice(
          Math.toIntExact(offset), checked(target.remaining(), arena.capacity() - offset)));
    } else {
      file(source).read(target, offset);
    }
  }

  private TransferFile file(int index) throws IOException {
    return files.get(job.call(), job.files().get(index));
  }

  private static int checked(long length, long room) {
    if (length > room) {
      throw new IllegalArgumentException("job of " + length + " bytes does not fit into " + room);
    }
    return (int) length;
  }

  /** Aligned for unbuffered I/O. */
  private ByteBuffer buffer() {
    if (buffer == null) {
      buffer = ByteBuffer.allocateDirect(BUFFER + TransferFile.DIRECT_BLOCK)
          .alignedSlice(TransferFile.DIRECT_BLOCK);
    }
    return buffer;
  }
}
