package io.parallelsaver.transfer;

import io.parallelsaver.job.Job;
import io.parallelsaver.job.Job.Piece;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
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

  /** Reads the one piece's deflated bytes, and delivers what they hold. */
  void inflate(Job job) throws IOException {
    Piece whole = job.pieces().get(0);
    ByteBuffer in = transfer.buffer().slice(0, Transfer.BLOCK);
    ByteBuffer out = transfer.buffer().slice(Transfer.BLOCK, Transfer.BLOCK);
    inflater.reset();
    inflater.setInput(in.limit(0));
    long read = 0;
    long inflated = 0;
    try {
      while (!inflater.finished()
          && !(inflated == job.inflatedSize() && read == whole.length() && inflater.needsInput())) {
        if (inflater.needsInput()) {
          if (read == whole.length()) {
            throw new ZipException("deflated data is cut off after " + inflated + " of "
                + job.inflatedSize() + " bytes");
          }
          in.clear().limit((int) Math.min(Transfer.BLOCK, whole.length() - read));
          transfer.read(whole.source(), in, whole.sourceOffset() + read);
          read += in.flip().remaining();
          inflater.setInput(in);
          transfer.at(0, Milestone.READ);
        }
        inflater.inflate(out.clear());
        out.flip();
        if (inflated + out.limit() > job.inflatedSize()) {
          throw new ZipException("deflated data is longer than the " + job.inflatedSize()
              + " bytes the directory states");
        }
        deliver(job, inflated, out);
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
  private void deliver(Job job, long inflated, ByteBuffer out) throws IOException {
    Piece whole = job.pieces().get(0);
    transfer.sum(whole.sum(), out.duplicate());
    long skip = Math.max(0, job.skip() - inflated);
    if (whole.target() != Job.NO_FILE && skip < out.limit()) {
      ByteBuffer wanted = out.duplicate().position((int) skip);
      transfer
          .file(whole.target())
          .write(wanted, whole.targetOffset() + inflated + skip - job.skip());
    }
  }

  /**
   * Deflates the pieces into the arena.
   *
   * @return bytes of each block
   */
  int[] deflate(Job job) throws IOException {
    prepare(job.level());
    List<Piece> pieces = job.pieces();
    int[] lengths = new int[job.sums()];
    // The slot is written only when all is made: a job that is done again must find its sources as
    // they were.
    ByteBuffer out = transfer.buffer().clear();
    for (int i = 0; i < pieces.size(); ) {
      int sum = pieces.get(i).sum();
      content.clear();
      do {
        Piece piece = pieces.get(i);
        content.limit(content.position()
            + Transfer.checked(piece.length(), content.capacity() - content.position()));
        transfer.read(piece.source(), content, piece.sourceOffset());
        transfer.at(i, Milestone.READ);
        i++;
      } while (i < pieces.size() && pieces.get(i).sum() == sum);
      content.flip();
      if (sum == Job.NO_SUM) {
        out.put(content);
      } else {
        transfer.sum(sum, content.duplicate());
        int start = out.position();
        deflateBlock(out);
        lengths[sum] = out.position() - start;
      }
    }
    transfer.writeToArena(pieces.get(0).target(), pieces.get(0).targetOffset(), out.flip());
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
}
