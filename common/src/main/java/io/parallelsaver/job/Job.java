package io.parallelsaver.job;

import java.util.List;

/**
 * One unit of work: bytes to be moved from regions of files to regions of files, summed on the way. It names files by their numbers in
 * its call's plan, {@link CallFiles}, and can reach no other. Doing it twice does no harm as
 * long as its sources still hold the same bytes.
 *
 * @param call the save or restore it belongs to; unique within a run
 * @param number number within the call
 * @param attempt 0, then 1 more each time its holder died
 * @param kind how the pieces lie to each other
 * @param pieces the moves
 * @param sums what is summed of the content; stamps only for {@link Kind#GATHER}; none for {@link Kind#INFLATE}
 * @param skip {@link Kind#INFLATE}: bytes of the inflated content before the part that is wanted
 * @param inflatedSize {@link Kind#INFLATE}: bytes of the inflated content
 * @param level {@link Kind#DEFLATE}: 1 fastest to 9 smallest
 */
public record Job(
    long call,
    int number,
    int attempt,
    Kind kind,
    List<Piece> pieces,
    Sums sums,
    long skip,
    long inflatedSize,
    int level) {

  /** A job that compresses nothing. */
  public Job(
      long call,
      int number,
      int attempt,
      Kind kind,
      List<Piece> pieces,
      Sums sums,
      long skip,
      long inflatedSize) {
    this(call, number, attempt, kind, pieces, sums, skip, inflatedSize, 0);
  }

  /** How the pieces of a job lie to each other, and so how they are moved best. */
  public enum Kind {
    /** The targets follow each other in one file: fill one buffer, write once. One large piece, without stamps, goes through it part by part. */
    GATHER,
    /** The sources follow each other, with gaps or without: read them in large blocks, write each piece, or only sum it. */
    SCATTER,
    /** One piece whose source is DEFLATE data. Its one checksum is that of all that is in it. */
    INFLATE,
    /**
     * What is summed becomes one block of DEFLATE data for each sum, that ends at a byte and looks back at nothing before it; all else
     * is passed on as it is. It goes behind each other to the first piece's target. The receipt tells the blocks' lengths.
     */
    DEFLATE
  }

  /** {@link Piece#target()} of a piece that is only summed. */
  public static final int NO_FILE = -1;

  /** The run's arena, which every worker has mapped, in place of the number of a file. */
  public static final int ARENA = -2;

  /**
   * One move.
   *
   * @param source number of a file of the call, or {@link #ARENA}
   * @param sourceOffset where the bytes are
   * @param target number of a file of the call, {@link #ARENA}, or {@link #NO_FILE}
   * @param targetOffset where they go
   * @param length how many; of an {@link Kind#INFLATE} job the deflated ones
   */
  public record Piece(int source, long sourceOffset, int target, long targetOffset, long length) {}

  /** The same job, to be done once more. */
  public Job again() {
    return new Job(call, number, attempt + 1, kind, pieces, sums, skip, inflatedSize, level);
  }

  /** Bytes read from the sources. */
  public long bytes() {
    long bytes = 0;
    for (Piece piece : pieces) {
      bytes += piece.length();
    }
    return bytes;
  }
}
