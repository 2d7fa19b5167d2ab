package io.parallelsaver.service;

import io.parallelsaver.error.SaverException;

/** What the daemon has refused, or what a request has failed of, with the exit code the command would have had. */
public final class RequestFailedException extends SaverException {
  private static final long serialVersionUID = 1L;

  private final int exit;

  public RequestFailedException(String message, int exit) {
    super(message);
    this.exit = exit;
  }

  @Override
  public int exitCode() {
    return exit;
  }
}
