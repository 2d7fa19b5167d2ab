package io.parallelsaver.pool;

import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.job.Receipt;

/** Turns what a worker reports into what the caller sees. */
public final class Failures {
  private Failures() {}

  /** The exception for a receipt that is not {@link Receipt.Outcome#DONE}; {@code subject} names the arrays concerned. */
  public static SaverException of(String subject, Receipt receipt) {
    String message = subject + ": " + receipt.error() + " (worker " + receipt.worker() + ")";
    return switch (receipt.outcome()) {
      case CORRUPT -> new CorruptException(message);
      case FULL ->
        new StorageFullException(message + "; make room on that file system, or save elsewhere");
      default -> new SaverException(message);
    };
  }
}
