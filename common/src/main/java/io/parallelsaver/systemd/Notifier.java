package io.parallelsaver.systemd;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how a service is, as {@code sd_notify(3)} does: one datagram for each message to the socket that {@code NOTIFY_SOCKET}
 * names, a file or an abstract name with {@code @} before it. Without that variable nothing is sent and nothing is loaded. Never fails
 * its caller: what cannot be sent is logged, once. Any thread may call.
 *
 * <p>A child must not inherit the variable, or it could speak for its parent; Java cannot take it out of the own environment, so whoever
 * starts a process gives it one without.
 */
public final class Notifier {
  /** Names the socket; workers must not get it. */
  public static final String SOCKET = "NOTIFY_SOCKET";

  private static final String WATCHDOG_USEC = "WATCHDOG_USEC";
  private static final String WATCHDOG_PID = "WATCHDOG_PID";

  /** Bytes of {@code sun_path}. */
  private static final int LONGEST_NAME = 107;

  private final String socket;
  private final Duration watchdog;
  private final AtomicBoolean warned = new AtomicBoolean();
  private Datagrams datagrams;

  private Notifier(String socket, Duration watchdog) {
    this.socket = socket;
    this.watchdog = watchdog;
  }

  /** Speaks to whoever has started this process, if that wants to hear. */
  public static Notifier fromEnvironment() {
    return of(System.getenv(), ProcessHandle.current().pid());
  }

  /** As {@link #fromEnvironment}, for a process with this environment and this id. */
  public static Notifier of(Map<String, String> environment, long pid) {
    String socket = environment.get(SOCKET);
    return new Notifier(
        socket == null || socket.isEmpty() ? null : socket, watchdog(environment, pid));
  }

  private static Duration watchdog(Map<String, String> environment, long pid) {
    String micros = environment.getOrDefault(WATCHDOG_USEC, "");
    String forPid = environment.getOrDefault(WATCHDOG_PID, Long.toString(pid));
    boolean ours = forPid.equals(Long.toString(pid));
    return ours && micros.matches("[0-9]{1,18}") && Long.parseLong(micros) > 0
        ? Duration.ofNanos(
            TimeUnit.MICROSECONDS.toNanos(Math.min(Long.parseLong(micros), Long.MAX_VALUE / 1000)))
        : null;
  }

  /** Whether somebody listens. */
  public boolean isPresent() {
    return socket != null;
  }

  /**
   * The time within which the watchdog wants to hear of progress, if there is one. Call {@link #watchdog} at half of it.
   */
  public Optional<Duration> watchdogInterval() {
    return Optional.ofNullable(watchdog);
  }

  /** The service has started: systemd starts what comes after it. */
  public void ready() {
    send("READY=1");
  }

  /** What {@code systemctl status} shows: one line, for people. */
  public void status(String text) {
    send("STATUS=" + text.replaceAll("\\p{Cntrl}+", " "));
  }

  /** The service makes progress. */
  public void watchdog() {
    send("WATCHDOG=1");
  }

  /** The service has begun to end. */
  public void stopping() {
    send("STOPPING=1");
  }

  /** The start, or the stop, will not take longer than this from now on; must be said again before that time is over. */
  public void extendTimeout(Duration atMost) {
    send("EXTEND_TIMEOUT_USEC=" + TimeUnit.NANOSECONDS.toMicros(atMost.toNanos()));
  }

  private synchronized void send(String message) {
    if (socket == null) {
      return;
    }
    try {
      if (datagrams == null) {
        datagrams = new Datagrams(address(socket));
      }
      if (datagrams.send(message.getBytes(StandardCharsets.UTF_8))) {
        return;
      }
      warn(message, "nobody takes it", null);
    } catch (IllegalArgumentException | LinkageError e) {
      // No native code can be loaded: its folder may be one that nothing is executed in.
      warn(message, e.toString(), e);
    }
  }

  private static byte[] address(String socket) {
    byte[] name = socket.getBytes(StandardCharsets.UTF_8);
    if (name[0] != '/' && name[0] != '@' || name.length > LONGEST_NAME) {
      throw new IllegalArgumentException("neither a path nor an abstract name of a socket");
    }
    if (name[0] == '@') {
      name[0] = 0;
    }
    return name;
  }

  private void warn(String message, String why, Throwable cause) {
    if (warned.compareAndSet(false, true)) {
      Logger log = LoggerFactory.getLogger(Notifier.class);
      log.warn("cannot say {} to systemd at {}: {}", message, socket, why);
      log.debug("", cause);
    }
  }
}
