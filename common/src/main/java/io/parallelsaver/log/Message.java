package io.parallelsaver.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;

/** What all forms of a line end with: who says it, what, and the stack of what was thrown. */
final class Message {
  private Message() {}

  static String of(ILoggingEvent event) {
    String logger = event.getLoggerName();
    String said =
        logger.substring(logger.lastIndexOf('.') + 1) + ": " + event.getFormattedMessage() + "\n";
    return event.getThrowableProxy() == null
        ? said
        : said + ThrowableProxyUtil.asString(event.getThrowableProxy());
  }
}
