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
 * @param stamps for each checksum the offset in the target where it is written, or -1; only for {@link Kind#GATHER}
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
    long[] stamps,
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
      long[] stamps,
      long skip,
      long inflatedSize) {
    this(call, number, attempt, kind, files, pieces, stamps, skip, inflatedSize, 0);
  }

  /** How the pieces of a job lie to each other, and so how they are moved best. */
  public enum Kind {
    /** The targets follow each other in one file: fill one buffer, write once. */
    GATHER,
    /** The sources lie within one window of one file: read once, write each piece, or only sum it. */
    SCATTER,
    /** One piece whose source is DEFLATE data. */
    INFLATE,
    /**
     * Pieces of one checksum become one block of DEFLATE data that ends at a byte and looks back at nothing before it; pieces of none
     * are passed on as they are. All of it goes behind each other to the first piece's target. The receipt tells the blocks' lengths.
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

  /** {@link Piece#sum()} of a piece that no checksum covers. */
  public static final int NO_SUM = -1;

  /**
   * One move.
   *
   * @param source index into {@link Job#files()}
   * @param sourceOffset where the bytes are
   * @param target index into {@link Job#files()}, or {@link #NO_FILE}
   * @param targetOffset where they go
   * @param length how many; of an {@link Kind#INFLATE} job the deflated ones
   * @param sum which checksum of the receipt they count into, or {@link #NO_SUM}; pieces of one checksum follow each other
   */
  public record Piece(
      int source, long sourceOffset, int target, long targetOffset, long length, int sum) {}

  /** Number of checksums in the receipt. */
  public int sums() {
    return stamps.length;
  }

  /** The same job, to be done once more. */
  public Job again() {
    return new Job(
        call, number, attempt + 1, kind, files, pieces, stamps, skip, inflatedSize, level);
  }

  /** Bytes read from the sources. */
  public long bytes() {
    return pieces.stream().mapToLong(Piece::length).sum();
  }
}
