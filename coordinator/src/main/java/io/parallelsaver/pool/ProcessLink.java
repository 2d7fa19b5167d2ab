package io.parallelsaver.pool;

import io.parallelsaver.error.StorageFullException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** A worker process of this coordinator's own. Its standard input is its lifeline. */
final class ProcessLink implements Link {
  /** Exit status of a JVM that SIGHUP, SIGINT or SIGTERM has ended. */
  private static final Set<Integer> SIGNALS = Set.of(129, 130, 143);

  private static final int LOG_TAIL = 4000;

  private final Process process;
  private final Path log;

  /**
   * @param log what it prints goes there
   */
  ProcessLink(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public long processorTime() {
    return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
  }

  @Override
  public void wake() {
    try {
      process.getOutputStream().write(0);
      process.getOutputStream().flush();
    } catch (IOException e) {
      isGone(e);
    }
  }

  @Override
  public void hangUp() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      isGone(e);
    }
  }

  private void isGone(IOException e) {
    LoggerFactory.getLogger(ProcessLink.class)
        .debug("the worker with pid {} has closed its input: {}", pid(), e.toString());
  }

  @Override
  public void abandon() {
    kill();
  }

  @Override
  public void kill() {
    process.destroyForcibly();
  }

  @Override
  public boolean awaitEnd(long millis) {
    return !isAlive()
        || process
            .onExit()
            .thenApply(gone -> true)
            .completeOnTimeout(false, millis, TimeUnit.MILLISECONDS)
            .join();
  }

  @Override
  public End end() {
    int status = process.exitValue();
    String words = "ended with status " + status + logTail();
    if (status == 0) {
      return new End(End.Kind.LEFT, words);
    } else if (SIGNALS.contains(status)) {
      return new End(End.Kind.SIGNAL, words);
    }
    return new End(status == StorageFullException.EXIT ? End.Kind.FULL : End.Kind.DIED, words);
  }

  private String logTail() {
    try {
      String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8).strip();
      return text.isEmpty() ? "" : ":\n" + text.substring(Math.max(0, text.length() - LOG_TAIL));
    } catch (IOException e) {
      return " (its log is gone: " + e + ")";
    }
  }
}
