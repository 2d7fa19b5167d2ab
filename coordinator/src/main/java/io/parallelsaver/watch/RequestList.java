package io.parallelsaver.watch;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a coordinator was asked to do, for those who look on. */
@FunctionalInterface
public interface RequestList {
  /** Of a coordinator that takes none. */
  RequestList NONE = List::of;

  /** The requests that are not over, and the latest ones that are; newest first. */
  List<Request> requests();

  /** What has become of a request. */
  enum State {
    WAITING,
    RUNNING,
    /** Its result is whole, and takes its place. */
    PUBLISHING,
    DONE,
    FAILED,
    CANCELLED;

    /** Its name in JSON and metrics. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A request.
   *
   * @param kind what is to be done, such as save
   * @param target what is written, or, where nothing is, what is read
   * @param began when it was begun; empty while it waits
   * @param ended when it was over
   * @param bytesDone bytes moved
   * @param bytesTotal bytes to be moved; 0 while nobody knows
   * @param error why it failed; empty if it did not
   */
  record Request(
      String id,
      String kind,
      State state,
      String target,
      Instant submitted,
      Optional<Instant> began,
      Optional<Instant> ended,
      long bytesDone,
      long bytesTotal,
      String error) {}
}
