package io.parallelsaver.error;

/** Worker processes died faster than they could be replaced. */
public class WorkerLostException extends SaverException {
  private static final long serialVersionUID = 1L;

  public WorkerLostException(String message) {
    super(message);
  }
}
