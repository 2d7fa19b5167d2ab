package io.parallelsaver.transfer;

import io.parallelsaver.job.Job;
import io.parallelsaver.job.Job.Piece;
import io.parallelsaver.job.Sums;
import io.parallelsaver.shm.Mapping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/** Deflates blocks and inflates them: raw DEFLATE (RFC 1951), as ZIP members hold it. */
final class Compression {
  private final Transfer transfer;
  private final Inflater inflater = new Inflater(true);
  private Deflater deflater;
  private int level;
  private ByteBuffer content;

  Compression(Transfer transfer) {
    this.transfer = transfer;
  }

  /** Reads the one piece's deflated bytes, and delivers what they hold. Returns its CRC-32. */
  int inflate(Job job) throws IOException {
    Piece whole = job.pieces().get(0);
    ByteBuffer in = transfer.buffer().slice(0, Transfer.BLOCK);
    ByteBuffer scratch = transfer.buffer().slice(Transfer.BLOCK, Transfer.BLOCK);
    CRC32 crc = new CRC32();
    inflater.reset();
    inflater.setInput(in.limit(0));
    long read = 0;
    long inflated = 0;
    // An inflater that has taken all its input may still have bytes to give, if it had no room for
    // them.
    boolean starved = true;
    try {
      while (!inflater.finished()
          && !(inflated == job.inflatedSize() && read == whole.length() && inflater.needsInput())) {
        if (starved && inflater.needsInput()) {
          if (read == whole.length()) {
            throw new ZipException("deflated data is cut off after " + inflated + " of "
                + job.inflatedSize() + " bytes");
          }
          in.clear().limit((int) Math.min(Transfer.BLOCK, whole.length() - read));
          transfer.read(whole.source(), in, whole.sourceOffset() + read);
          read += in.flip().remaining();
          inflater.setInput(in);
          transfer.reached(Milestone.READ);
        }
        ByteBuffer out = room(job, inflated, scratch);
        inflater.inflate(out);
        starved = out.hasRemaining();
        out.flip();
        if (inflated + out.limit() > job.inflatedSize()) {
          throw new ZipException("deflated data is longer than the " + job.inflatedSize()
              + " bytes the directory states");
        }
        crc.update(out.duplicate());
        if (out == scratch) {
          deliver(job, inflated, out);
        }
        inflated += out.limit();
        transfer.reached(Milestone.MOVED);
      }
    } catch (DataFormatException e) {
      throw new ZipException(
          "deflated data is damaged after " + inflated + " bytes: " + e.getMessage());
    }
    if (inflated != job.inflatedSize()) {
      throw new ZipException("deflated data ends after " + inflated
          + " bytes, the directory states " + job.inflatedSize());
    }
    return (int) crc.getValue();
  }

  /** Where the next bytes go: straight to their place if it is mapped and they are wanted, else into the scratch buffer. */
  private ByteBuffer room(Job job, long inflated, ByteBuffer scratch) throws IOException {
    Piece whole = job.pieces().get(0);
    long left = job.inflatedSize() - inflated;
    if (!transfer.isMapped(whole.target()) || left == 0) {
      return scratch.clear();
    }
    if (inflated < job.skip()) {
      return scratch.clear().limit((int) Math.min(scratch.capacity(), job.skip() - inflated));
    }
    return transfer.mapped(whole.target(), whole.targetOffset() + inflated - job.skip(), (int)
        Math.min(MappedBlock.LONGEST, left));
  }

  /** Writes what lies behind the part to be skipped. */
  private void deliver(Job job, long inflated, ByteBuffer out) throws IOException {
    Piece whole = job.pieces().get(0);
    long skip = Math.max(0, job.skip() - inflated);
    if (whole.target() != Job.NO_FILE && skip < out.limit()) {
      ByteBuffer wanted = out.duplicate().position((int) skip);
      transfer.write(whole.target(), wanted, whole.targetOffset() + inflated + skip - job.skip());
    }
  }

  /**
   * Deflates what is summed of a job's content into the arena, and passes the rest on.
   *
   * @return bytes of each block
   */
  int[] deflate(Job job) throws IOException {
    prepare(job.level());
    transfer.content(content.clear());
    transfer.reached(Milestone.READ);
    transfer.sums().update(content);
    Sums blocks = job.sums();
    int[] lengths = new int[blocks.count()];
    int end = content.limit();
    // The slot is written only when all is made: a job that is done again must find its sources as
    // they were.
    ByteBuffer out = transfer.buffer();
    for (int i = 0; i < lengths.length; i++) {
      out.put(content.limit(blocks.start(i)));
      int start = out.position();
      content.limit(blocks.end(i));
      deflateBlock(out);
      lengths[i] = out.position() - start;
      content.position(blocks.end(i));
    }
    out.put(content.limit(end));
    Piece first = job.pieces().get(0);
    transfer.writeToArena(first.target(), first.targetOffset(), out.flip());
    return lengths;
  }

  /** A deflater for each level: a change of level in a used one takes effect only some calls later. */
  private void prepare(int wanted) {
    if (deflater == null || level != wanted) {
      if (deflater != null) {
        deflater.end();
      }
      deflater = new Deflater(wanted, true);
      level = wanted;
    }
    if (content == null) {
      content = ByteBuffer.allocateDirect(Transfer.BUFFER);
    }
  }

  /** One block, ended so that it fills whole bytes and the next can follow. */
  private void deflateBlock(ByteBuffer out) {
    deflater.reset();
    deflater.setInput(content);
    int made;
    do {
      int start = out.position();
      deflater.deflate(out, Deflater.SYNC_FLUSH);
      made = out.position() - start;
      if (made > 0 && !out.hasRemaining()) {
        throw new IllegalArgumentException(
            "deflated data does not fit into " + out.capacity() + " bytes");
      }
    } while (made > 0 && !deflater.needsInput());
  }

  /** Gives its memory back. No job may be done any more. */
  void end() {
    inflater.end();
    if (deflater != null) {
      deflater.end();
    }
    Mapping.end(content);
    content = null;
  }
}
