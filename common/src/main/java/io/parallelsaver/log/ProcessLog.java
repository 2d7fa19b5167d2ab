package io.parallelsaver.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * How our own processes log: to standard error, since standard output belongs to results. Logback asks this class wherever our jars are; it
 * acts where the system property {@code parallelsaver.log} names a form, which the launcher gives to commands and services, and the pool to
 * its workers, and not in applications that have us as a library. It stands back, too, where {@code logback.configurationFile} names a file.
 *
 * <p>{@code PARALLEL_SAVER_LOG_LEVEL}, a system property or else a variable of the environment, is the level of our own loggers.
 *
 * <p>No file of XML says this: to read one would be a quarter of the start of each process.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class ProcessLog extends ContextAwareBase implements Configurator {
  /** Names the form of a line: {@code journal}, else that for a terminal. */
  public static final String FORM = "parallelsaver.log";

  /** Of our own loggers; {@code INFO} unless given. */
  public static final String LEVEL = "PARALLEL_SAVER_LOG_LEVEL";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    String form = System.getProperty(FORM);
    if (form == null || System.getProperty("logback.configurationFile") != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(
        standardError(context, "journal".equals(form) ? new JournalLine() : new TerminalLine()));
    String level = System.getProperty(LEVEL, System.getenv(LEVEL));
    context.getLogger("io.parallelsaver").setLevel(Level.toLevel(level, Level.INFO));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static ConsoleAppender<ILoggingEvent> standardError(
      LoggerContext context, LayoutBase<ILoggingEvent> line) {
    line.setContext(context);
    line.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setLayout(line);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget(ConsoleTarget.SystemErr.getName());
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }
}
