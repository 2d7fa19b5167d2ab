package io.parallelsaver.pool;

/** Is told how far a call is, on the saver's own thread; it should return quickly. */
public interface ProgressListener {
  /** Listens to nothing. */
  ProgressListener NONE = (done, total) -> {};

  /**
   * @param done bytes moved so far
   * @param total bytes to be moved
   */
  void progress(long done, long total);

  /**
   * @param done arrays that are whole where they go to
   * @param total arrays of the call
   */
  default void arrays(int done, int total) {}
}
