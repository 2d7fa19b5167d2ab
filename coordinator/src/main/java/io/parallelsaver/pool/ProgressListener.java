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
}
