package io.parallelsaver.service;

import java.util.function.Supplier;
import org.slf4j.MDC;

/** Gives each log line the id of the request that it is about. */
final class Logged {
  /** What the id is called in the log's context. */
  static final String REQUEST = "request";

  private Logged() {}

  static void as(String id, Runnable task) {
    as(id, () -> {
      task.run();
      return null;
    });
  }

  static <T> T as(String id, Supplier<T> task) {
    MDC.put(REQUEST, id);
    try {
      return task.get();
    } finally {
      MDC.remove(REQUEST);
    }
  }
}
