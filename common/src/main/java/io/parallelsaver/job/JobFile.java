package io.parallelsaver.job;

/**
 * A file that the jobs of a call use, and the bytes of it that they may touch.
 *
 * @param mode what they may do with it
 * @param path where it is
 * @param from first byte they may touch
 * @param end first byte behind those
 */
public record JobFile(Mode mode, String path, long from, long end) {

  /** What jobs may do with a file. */
  public enum Mode {
    /** Read it. */
    READ,
    /** Write it through the page cache. */
    WRITE,
    /** Write it past the page cache where the file system allows. */
    WRITE_DIRECT,
    /** Write it through the page cache, and make it first if it is not there. */
    CREATE,
    /**
     * Map it, and put bytes straight to their place from where they are read or made. Only for a file in shared memory all of whose pages
     * are there: one that could not be had would be the end of the worker.
     */
    WRITE_MAPPED
  }

  /** The same file with these bytes too. */
  JobFile with(long first, long last) {
    return first >= from && last <= end
        ? this
        : new JobFile(mode, path, Math.min(from, first), Math.max(end, last));
  }
}
