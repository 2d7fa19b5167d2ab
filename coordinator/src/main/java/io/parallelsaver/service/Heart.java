package io.parallelsaver.service;

import io.parallelsaver.systemd.Notifier;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells systemd how the daemon is: what it does, and that it comes on. The watchdog hears of it only while every lane does. */
final class Heart {
  private static final Logger LOG = LoggerFactory.getLogger(Heart.class);
  private static final long STATUS_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long NEVER = Long.MAX_VALUE / 4;

  /** What is promised, a few times over, while a result is brought to the device. */
  private static final Duration EXTENSION = Duration.ofSeconds(60);

  private final Notifier notifier;
  private final long watchdogNanos;
  private long lastWatchdog = System.nanoTime() - NEVER;
  private long lastStatus = lastWatchdog;
  private long lastExtension = lastWatchdog;
  private String lastText = "";
  private boolean hangs;

  Heart(Notifier notifier) {
    this.notifier = notifier;
    // Half of it is what systemd advises; a third is left for a machine that is short of
    // everything.
    this.watchdogNanos =
        notifier.watchdogInterval().map(each -> each.toNanos() / 3).orElse(NEVER);
  }

  /** How long the loop may wait between two beats, in milliseconds. */
  long pauseMillis() {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(Math.min(watchdogNanos / 2, STATUS_NANOS)));
  }

  void beat(List<Pace> paces, Ledger ledger) {
    beat(paces, System.nanoTime());
    if (notifier.isPresent() && System.nanoTime() - lastStatus >= STATUS_NANOS) {
      lastStatus = System.nanoTime();
      say(text(ledger));
    }
  }

  void beat(List<Pace> paces, long now) {
    boolean healthy = paces.stream().allMatch(pace -> pace.isHealthy(now));
    if (!healthy && !hangs) {
      LOG.error("a request does not come on; the watchdog is told no more");
    }
    hangs = !healthy;
    if (healthy && now - lastWatchdog >= watchdogNanos) {
      lastWatchdog = now;
      notifier.watchdog();
    }
  }

  /** While the daemon ends: a result that is brought to the device may take its time. */
  void beatAtEnd(List<Pace> paces) {
    long now = System.nanoTime();
    beat(paces, now);
    boolean finishing = paces.stream().anyMatch(pace -> pace.isFinishing() && pace.isHealthy(now));
    if (finishing && now - lastExtension >= EXTENSION.toNanos() / 4) {
      lastExtension = now;
      notifier.extendTimeout(EXTENSION);
    }
  }

  void say(String text) {
    if (!text.equals(lastText)) {
      lastText = text;
      notifier.status(text);
    }
  }

  /** Such as {@code save out.npz 37/512 MiB, 3.1 GiB/s; 4 waiting}. */
  static String text(Ledger ledger) {
    Collection<Ticket> running = ledger.running();
    StringBuilder text = new StringBuilder();
    running.stream()
        .sorted(Comparator.comparingLong(Ticket::number))
        .forEach(ticket -> text.append(text.length() == 0 ? "" : ", ").append(text(ticket)));
    if (text.length() == 0) {
      text.append("idle");
    }
    int waiting = ledger.waitingCount();
    if (waiting > 0) {
      text.append("; ").append(waiting).append(" waiting");
    }
    return text.append("; ")
        .append(ledger.count(State.DONE))
        .append(" done, ")
        .append(ledger.count(State.FAILED))
        .append(" failed")
        .toString();
  }

  private static String text(Ticket ticket) {
    String what = ticket.kind() + " " + ticket.target().getFileName();
    long total = ticket.total();
    if (total == 0) {
      return what;
    }
    double speed = ticket.done() / Math.max(ticket.seconds(), 1e-3) / (1 << 30);
    return what + " " + (ticket.done() >> 20) + "/" + ((total + (1 << 20) - 1) >> 20) + " MiB, "
        + Math.round(speed * 10) / 10.0 + " GiB/s";
  }
}
