package io.parallelsaver.service;

import io.parallelsaver.error.SaverException;

/** There is no room for another request now; later there may be. */
final class BusyException extends SaverException {
  private static final long serialVersionUID = 1L;

  BusyException(String message) {
    super(message);
  }
}
