package io.parallelsaver.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.LayoutBase;
import io.parallelsaver.testing.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class ProcessLogTest {
  private static final String NAME = "io.parallelsaver.worker.Session";

  @TempDir
  Path temp;

  /** A process of its own, since each has but one log. */
  public static final class Speaker {
    private Speaker() {}

    public static void main(String[] args) {
      org.slf4j.Logger ours = LoggerFactory.getLogger(NAME);
      ours.debug("detail");
      ours.info("told");
      org.slf4j.Logger other = LoggerFactory.getLogger("net.openhft.Other");
      other.info("chatter");
      other.warn("other's");
    }
  }

  @Test
  void logsOursFromInfoOnAndOthersFromWarnOn() {
    String log = speak("-Dparallelsaver.log=terminal");
    assertTrue(
        log.matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  Session: told\n"
            + "\\d\\d:\\d\\d:\\d\\d\\.\\d{3} WARN  Other: other's\n"),
        log);
  }

  @Test
  void takesALevel() {
    String log = speak("-Dparallelsaver.log=journal", "-DPARALLEL_SAVER_LOG_LEVEL=DEBUG");
    assertEquals("<7>Session: detail\n<6>Session: told\n<4>Other: other's\n", log);
    assertEquals(
        "<4>Other: other's\n",
        speak("-Dparallelsaver.log=journal", "-DPARALLEL_SAVER_LOG_LEVEL=error"));
  }

  @Test
  void stepsBackForAFileOfTheAdministrators() throws IOException {
    Path file = Files.writeString(temp.resolve("mine.xml"), """
        <configuration>
          <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
            <target>System.err</target>
            <encoder><pattern>mine: %msg%n</pattern></encoder>
          </appender>
          <root level="INFO"><appender-ref ref="OUT"/></root>
        </configuration>
        """);
    assertEquals(
        "mine: told\nmine: chatter\nmine: other's\n",
        speak("-Dparallelsaver.log=journal", "-Dlogback.configurationFile=" + file));
  }

  @Test
  void leavesOtherApplicationsAlone() {
    LoggerContext context = new LoggerContext();
    String before = System.clearProperty(ProcessLog.FORM);
    try {
      assertEquals(ExecutionStatus.INVOKE_NEXT_IF_ANY, new ProcessLog().configure(context));
      assertEquals(Level.DEBUG, context.getLogger(NAME).getEffectiveLevel());
    } finally {
      if (before != null) {
        System.setProperty(ProcessLog.FORM, before);
      }
    }
  }

  @Test
  void namesTheRequestALineIsAbout() {
    LoggingEvent event = event(Level.ERROR, "lost", null, Map.of("request", "r1"));
    assertEquals("<3>[r1] Session: lost\n", new JournalLine().doLayout(event));
  }

  @Test
  void endsWithTheStackOfWhatWasThrown() {
    for (LayoutBase<ch.qos.logback.classic.spi.ILoggingEvent> line :
        List.of(new JournalLine(), new TerminalLine())) {
      String text = line.doLayout(event(Level.WARN, "refused", new IOException("why"), Map.of()));
      assertTrue(text.contains("Session: refused\njava.io.IOException: why\n"), text);
      assertTrue(text.contains("at io.parallelsaver.log.ProcessLogTest"), text);
    }
  }

  private static LoggingEvent event(
      Level level, String message, Throwable thrown, Map<String, String> mdc) {
    Logger logger = new LoggerContext().getLogger(NAME);
    LoggingEvent event =
        new LoggingEvent(ProcessLogTest.class.getName(), logger, level, message, thrown, null);
    event.setMDCPropertyMap(mdc);
    return event;
  }

  private static String speak(String... flags) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Speaker.class.getName()));
    try (ChildProcess speaker = ChildProcess.start(command.toArray(String[]::new))) {
      return String.join("\n", speaker.finish()) + "\n";
    }
  }
}
