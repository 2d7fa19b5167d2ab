package io.parallelsaver.transfer;

import io.parallelsaver.job.Job;
import io.parallelsaver.job.Job.Piece;
import io.parallelsaver.job.Sums;
import io.parallelsaver.shm.Mapping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Moves the pieces of one job and sums them on the way. */
final class Transfer {
  /** The longest run of bytes that is written at once. */
  static final int BUFFER = 4 << 20;

  /** Bytes read, summed and written while they are in the processor's cache. */
  static final int BLOCK = 256 << 10;

  /** A direct write of so many bytes waits for the device so long that they are summed meanwhile. */
  private static final int OVERLAPPED = 1 << 20;

  private static final int[] NONE = {};

  private final BackgroundWrite background = new BackgroundWrite();
  private final OpenFiles files;
  private final Milestone.Listener listener;
  private final RunningSums sums = new RunningSums();
  private final Compression compression = new Compression(this);
  private ByteBuffer memory;
  private ByteBuffer buffer;
  private Job job;
  private int[] lengths;

  Transfer(OpenFiles files, Milestone.Listener listener) {
    this.files = files;
    this.listener = listener;
  }

  /** Bytes of each block that the last job made; empty unless it was to deflate. */
  int[] lengths() {
    return lengths;
  }

  /** Tells the listener how far the job is. */
  void reached(Milestone milestone) {
    listener.reached(milestone, job);
  }

  /**
   * Does a job.
   *
   * @return a CRC-32 for each of its sums; for {@link Job.Kind#INFLATE} that of all that came out
   * @throws java.io.EOFException if a source is shorter than the job says
   * @throws java.util.zip.ZipException if deflated data is damaged
   */
  int[] run(Job next) throws IOException {
    job = next;
    lengths = NONE;
    sums.begin(job.sums());
    switch (job.kind()) {
      case GATHER -> gather();
      case SCATTER -> scatter();
      case INFLATE -> {
        return new int[] {compression.inflate(job)};
      }
      case DEFLATE -> lengths = compression.deflate(job);
    }
    return sums.crcs();
  }

  private void gather() throws IOException {
    Piece first = job.pieces().get(0);
    if (job.pieces().size() == 1 && first.length() > BUFFER) {
      stream(first, BUFFER);
      return;
    }
    checkTargets();
    ByteBuffer image = stagedImage();
    if (image == null) {
      image = content(buffer());
    }
    listener.reached(Milestone.READ, job);
    TransferFile target = file(first.target());
    if (target.isDirect() && image.remaining() >= OVERLAPPED && !job.sums().anyStamp()) {
      try (BackgroundWrite.Pending write =
          background.begin(target, image.duplicate(), first.targetOffset())) {
        sums.update(image);
        write.await();
      }
      return;
    }
    if (target.isBuffered() && !job.sums().anyStamp()) {
      deliverInSteps(first, image);
      return;
    }
    sums.update(image);
    image.order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < sums.crcs().length; i++) {
      int stamp = job.sums().stamp(i);
      if (stamp != Sums.NO_STAMP) {
        image.putInt(stamp, sums.crcs()[i]);
      }
    }
    target.write(image, first.targetOffset());
  }

  /** Sums and writes no more at a time than the processor's own cache keeps. */
  private void deliverInSteps(Piece to, ByteBuffer image) throws IOException {
    for (int done = 0; done < image.limit(); ) {
      int length = step(to, done, image.limit() - done);
      deliver(to, done, image.slice(done, length));
      done += length;
    }
  }

  /** How many of the next {@code most} bytes of a piece are moved at once: no more than one write of its target takes. */
  private int step(Piece to, long done, long most) throws IOException {
    boolean buffered = to.target() != Job.NO_FILE && file(to.target()).isBuffered();
    return (int) (buffered ? Math.min(most, TransferFile.step(to.targetOffset() + done)) : most);
  }

  private void checkTargets() {
    long at = job.pieces().get(0).targetOffset();
    for (Piece next : job.pieces()) {
      if (next.targetOffset() != at || next.target() != job.pieces().get(0).target()) {
        throw new IllegalArgumentException("gathered pieces do not follow each other: " + next);
      }
      at += next.length();
    }
  }

  /** Fills an empty buffer with the job's content: its pieces, one behind the other. */
  ByteBuffer content(ByteBuffer into) throws IOException {
    for (Piece next : job.pieces()) {
      into.limit(into.position() + checked(next.length(), into.capacity() - into.position()));
      read(next.source(), into, next.sourceOffset());
    }
    return into.flip();
  }

  /** The arena's own bytes when all pieces lie there in order, so that nothing needs to be copied; else null. */
  private ByteBuffer stagedImage() throws IOException {
    long start = job.pieces().get(0).sourceOffset();
    long end = start;
    for (Piece next : job.pieces()) {
      if (next.source() != Job.ARENA || next.sourceOffset() != end) {
        return null;
      }
      end += next.length();
    }
    ByteBuffer arena = files.arena();
    return arena.slice(Math.toIntExact(start), checked(end - start, arena.capacity() - start));
  }

  private void scatter() throws IOException {
    ByteBuffer block = buffer();
    for (int piece = 0; piece < job.pieces().size(); ) {
      int count = window(piece);
      if (count == 0) {
        stream(job.pieces().get(piece), BLOCK);
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

  /** Moves a piece, at most {@code most} bytes at a time. */
  private void stream(Piece whole, int most) throws IOException {
    for (long done = 0; done < whole.length(); ) {
      int length = step(whole, done, Math.min(most, whole.length() - done));
      ByteBuffer bytes = isMapped(whole.target())
          ? mapped(whole.target(), whole.targetOffset() + done, length)
          : buffer().limit(length);
      read(whole.source(), bytes, whole.sourceOffset() + done);
      if (done == 0) {
        listener.reached(Milestone.READ, job);
      }
      bytes.flip();
      if (isMapped(whole.target())) {
        sums.update(bytes);
      } else {
        deliver(whole, done, bytes);
      }
      done += length;
      listener.reached(Milestone.MOVED, job);
    }
  }

  private void deliver(Piece to, long offset, ByteBuffer bytes) throws IOException {
    sums.update(bytes);
    if (to.target() != Job.NO_FILE) {
      write(to.target(), bytes, to.targetOffset() + offset);
    }
  }

  /** Writes the rest of {@code bytes}. */
  void write(int target, ByteBuffer bytes, long offset) throws IOException {
    file(target).write(bytes, offset);
  }

  /** Whether a target is a file whose mapping bytes go to straight from where they are made. */
  boolean isMapped(int target) throws IOException {
    return target != Job.NO_FILE && file(target).isMapped();
  }

  ByteBuffer mapped(int target, long offset, int length) throws IOException {
    return file(target).mapped(offset, length);
  }

  /** What is summed of the job's content. */
  RunningSums sums() {
    return sums;
  }

  void read(int source, ByteBuffer target, long offset) throws IOException {
    if (source == Job.ARENA) {
      ByteBuffer arena = files.arena();
      target.put(arena.slice(
          Math.toIntExact(offset), checked(target.remaining(), arena.capacity() - offset)));
    } else {
      file(source).read(target, offset);
    }
  }

  /** Puts bytes into the arena. */
  void writeToArena(int target, long offset, ByteBuffer bytes) throws IOException {
    if (target != Job.ARENA) {
      throw new IllegalArgumentException("not the arena: " + target);
    }
    ByteBuffer arena = files.arena();
    arena
        .slice(Math.toIntExact(offset), checked(bytes.remaining(), arena.capacity() - offset))
        .put(bytes);
  }

  private TransferFile file(int number) throws IOException {
    return files.get(job.call(), number);
  }

  static int checked(long length, long room) {
    if (length > room) {
      throw new IllegalArgumentException("job of " + length + " bytes does not fit into " + room);
    }
    return (int) length;
  }

  /** The whole buffer, whatever the last job left of it; aligned for unbuffered I/O. */
  ByteBuffer buffer() {
    if (buffer == null) {
      memory = ByteBuffer.allocateDirect(BUFFER + TransferFile.DIRECT_BLOCK);
      buffer = memory.alignedSlice(TransferFile.DIRECT_BLOCK);
    }
    return buffer.clear();
  }

  /** Ends the thread that writes, if there is one; the next write starts another. */
  void endThread() {
    background.end();
  }

  /** Gives its memory back. No job may be done any more. */
  void end() {
    Mapping.end(memory);
    memory = null;
    buffer = null;
    compression.end();
    background.end();
  }
}
