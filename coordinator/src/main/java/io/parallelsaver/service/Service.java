package io.parallelsaver.service;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.systemd.Notifier;
import io.parallelsaver.watch.Figures;
import io.parallelsaver.watch.WatchServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The daemon, from its start to its end. */
public final class Service implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Service.class);

  /** Results that were on their way to their places are brought there before anything else. */
  private static final Duration SETTLING = Duration.ofMinutes(5);

  private static final long END_PAUSE_MILLIS = 100;

  private final ServiceOptions options;
  private final Notifier notifier;
  private final Heart heart;
  private final Ledger ledger;
  private final Answers answers;
  private final List<Lane> lanes = new ArrayList<>();
  private Server server;
  private WatchServer watch;

  /** The exit code of a signal that has come, or 0. */
  private final AtomicInteger ended = new AtomicInteger();

  /**
   * Takes the state directory.
   *
   * @throws SaverException if another daemon has it, or its journal cannot be read
   */
  private Service(ServiceOptions options, Notifier notifier) {
    this.options = options;
    this.notifier = notifier;
    this.heart = new Heart(notifier);
    Roots roots = Roots.of(options.roots());
    roots.checkOutside("state directory", options.stateDirectory());
    roots.checkOutside("run directory", options.runDirectory());
    Journal journal = Journal.open(options.stateDirectory());
    try {
      this.ledger = new Ledger(journal, options);
    } catch (RuntimeException e) {
      journal.close();
      throw e;
    }
    this.answers = new Answers(ledger, roots, options);
    Admission admission = new Admission(options.parallel(), options.sharedMemory());
    for (int i = 1; i <= options.parallel(); i++) {
      lanes.add(new Lane(i, ledger, admission, roots, options.saver()));
    }
  }

  /**
   * Serves until a signal comes.
   *
   * @param watchPort where figures are served to this machine; empty for nowhere
   * @return the exit code: 143 after SIGTERM, 130 after SIGINT
   * @throws SaverException if it cannot start, or its journal can no longer be written
   */
  public static int run(ServiceOptions options, OptionalInt watchPort) {
    try (Service service = new Service(options, Notifier.fromEnvironment())) {
      watchPort.ifPresent(service::watch);
      service.start();
      return service.serve();
    }
  }

  private void watch(int port) {
    Path sharedMemory = options.saver().pool().sharedMemory();
    watch = WatchServer.open(
        new WatchServer.Options(port, true, true),
        Figures.of(sharedMemory, false),
        ledger::watched,
        sharedMemory);
    LOG.info("figures at http://127.0.0.1:{}/", watch.port());
  }

  private void end(int exit) {
    ended.compareAndSet(0, exit);
    ledger.wake();
  }

  private void start() {
    // Who connects meanwhile is answered when all that was left half done is settled.
    server = Server.open(options.socket(), answers);
    heart.say("settles what was left half done");
    notifier.extendTimeout(SETTLING);
    ledger.begin();
    for (Lane lane : lanes) {
      lane.start();
    }
    Signals.handle("TERM", 143, this::end);
    Signals.handle("INT", 130, this::end);
    server.start();
    LOG.info(
        "listens at {}, journal in {}, {} requests wait",
        options.socket(),
        options.stateDirectory(),
        ledger.waitingCount());
    notifier.ready();
  }

  private int serve() {
    while (ended.get() == 0) {
      ledger.brokenBy().ifPresent(e -> {
        throw e;
      });
      if (!lanes.stream().allMatch(Lane::isAtWork)) {
        throw new SaverException("a thread of the coordinator has died; its log says of what");
      }
      heart.beat(paces(), ledger);
      server.closeOverdue();
      ledger.awaitChange(heart.pauseMillis());
    }
    LOG.info("ends");
    notifier.stopping();
    heart.say("ends");
    return ended.get();
  }

  private List<Pace> paces() {
    return lanes.stream().map(Lane::pace).toList();
  }

  /** Lets requests at work go on for a while, stops them then, and ends. */
  @Override
  public void close() {
    answers.end();
    if (server != null) {
      server.close();
    }
    lanes.forEach(Lane::endSoon);
    ledger.wake();
    long start = System.nanoTime();
    while (lanes.stream().anyMatch(Lane::isAtWork)) {
      if (System.nanoTime() - start >= options.grace().toNanos()) {
        lanes.forEach(Lane::stop);
      }
      heart.beatAtEnd(paces());
      ledger.awaitChange(END_PAUSE_MILLIS);
    }
    lanes.forEach(Lane::close);
    if (watch != null) {
      watch.close();
    }
    ledger.close();
  }
}
