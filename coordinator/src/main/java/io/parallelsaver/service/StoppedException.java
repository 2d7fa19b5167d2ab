package io.parallelsaver.service;

/** A request is not to go on: somebody has cancelled it, or the daemon ends. Thrown from its progress listener, through all that it calls. */
final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StoppedException() {
    super("stopped", null, false, false);
  }
}
