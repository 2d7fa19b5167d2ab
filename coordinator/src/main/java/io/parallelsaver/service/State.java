package io.parallelsaver.service;

import java.util.Locale;

/** How far an accepted request is. */
public enum State {
  /** Accepted, or stopped by the end of a daemon. */
  WAITING,
  /** Its result is being made, out of sight. */
  RUNNING,
  /** Its result is whole and on the device, and goes to its place, whatever happens. */
  PUBLISHING,
  DONE,
  FAILED,
  CANCELLED;

  /** Whether nothing will happen to it any more. */
  public boolean isEnd() {
    return this == DONE || this == FAILED || this == CANCELLED;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
