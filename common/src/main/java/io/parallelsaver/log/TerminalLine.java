package io.parallelsaver.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** {@code 13:37:00.042 WARN  Session: message}. */
final class TerminalLine extends LayoutBase<ILoggingEvent> {
  private static final int LEVEL_WIDTH = "ERROR".length();

  /** Loaded when there is a line to write, not at each start. */
  private static final class Clock {
    static final DateTimeFormatter FORM =
        DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    String level = event.getLevel().toString();
    return Clock.FORM.format(event.getInstant())
        + " "
        + level
        + " ".repeat(LEVEL_WIDTH - level.length() + 1)
        + Message.of(event);
  }
}
