package io.parallelsaver.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;

/**
 * {@code <4>[request] Lane: message}: with a priority that journald takes off again, without a time of our own, and with the request that a
 * line is about, if it is about one. (Source: sd-daemon(3), the prefixes of kernel messages.)
 */
final class JournalLine extends LayoutBase<ILoggingEvent> {
  private static final String REQUEST = "request";

  @Override
  public String doLayout(ILoggingEvent event) {
    String request = event.getMDCPropertyMap().get(REQUEST);
    return "<"
        + priority(event.getLevel())
        + ">"
        + (request == null || request.isEmpty() ? "" : "[" + request + "] ")
        + Message.of(event);
  }

  private static int priority(Level level) {
    return switch (level.toInt()) {
      case Level.ERROR_INT -> 3;
      case Level.WARN_INT -> 4;
      case Level.INFO_INT -> 6;
      default -> 7;
    };
  }
}
