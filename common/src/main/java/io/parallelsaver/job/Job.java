package io.parallelsaver.job;

import java.util.List;

/**
 * One unit of work: bytes to be moved from regions of files to regions of files, summed on the way. Doing it twice does no harm as
 * long as its sources still hold the same bytes.
 *
 * @param call the save or restore it belongs to; unique within a run
 * @param number number within the call
 * @param attempt 0, then 1 more each time its holder died
 * @param kind how the pieces lie to each other
 * @param files the files that the pieces name, by index
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
    List<JobFile> files,
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
      List<JobFile> files,
      List<Piece> pieces,
      Sums sums,
      long skip,
      long inflatedSize) {
    this(call, number, attempt, kind, files, pieces, sums, skip, inflatedSize, 0);
  }

  /** How the pieces of a job lie to each other, and so how they are moved best. */
  public enum Kind {
    /** The targets follow each other in one file: fill one buffer, write once. */
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

  /** What a worker does with a file. */
  public enum Mode {
    /** Reads it. */
    READ,
    /** Writes it through the page cache. */
    WRITE,
    /** Writes it past the page cache where the file system allows. */
    WRITE_DIRECT,
    /** Writes it through the page cache, and makes it first if it is not there. */
    CREATE,
    /**
     * Maps it, and puts bytes straight to their place from where they are read or made. Only for a file in shared memory all of whose pages
     * are there: one that could not be had would be the end of the worker.
     */
    WRITE_MAPPED,
    /** The run's arena, which the worker has mapped. */
    ARENA
  }

  /**
   * A file that a job uses. Handles stay open until the call ends.
   *
   * @param id number of the file, unique within the call
   */
  public record JobFile(int id, Mode mode, String path) {}

  /** {@link Piece#target()} of a piece that is only summed. */
  public static final int NO_FILE = -1;

  /**
   * One move.
   *
   * @param source index into {@link Job#files()}
   * @param sourceOffset where the bytes are
   * @param target index into {@link Job#files()}, or {@link #NO_FILE}
   * @param targetOffset where they go
   * @param length how many; of an {@link Kind#INFLATE} job the deflated ones
   */
  public record Piece(int source, long sourceOffset, int target, long targetOffset, long length) {}

  /** The same job, to be done once more. */
  public Job again() {
    return new Job(call, number, attempt + 1, kind, files, pieces, sums, skip, inflatedSize, level);
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
