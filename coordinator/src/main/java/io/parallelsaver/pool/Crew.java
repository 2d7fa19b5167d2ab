package io.parallelsaver.pool;

import io.parallelsaver.error.FileFailure;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.WorkerLostException;
import io.parallelsaver.pool.Link.End;
import io.parallelsaver.shm.RunDirectory;
import io.parallelsaver.shm.RunStatus;
import io.parallelsaver.shm.WorkerTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of a pool, seat by seat: those who die are replaced, those who leave by themselves too as soon as somebody comes. For one
 * thread, except {@link #workers}.
 */
final class Crew {
  private static final long END_MILLIS = 5_000;
  private static final long SIGNAL_NANOS = 1_000_000_000;

  /** So often it is looked for workers that have come by themselves. */
  private static final long LOOK_AROUND_NANOS = 200_000_000;

  /** The service that restarts a worker takes a moment, and Java another. */
  private static final long ALONE_NANOS = 30_000_000_000L;

  private final PoolOptions options;
  private final RunDirectory run;
  private final WorkerTable table;
  private final RunStatus status;
  private final WorkerSource source;
  private final Worker[] seats;

  /** Those who sit there now: asked for far more often than it changes. */
  private volatile List<Worker> workers = List.of();

  private int lastWorker;
  private int deathsInCall;
  private long lastLook = System.nanoTime();
  private long lastLookAround = System.nanoTime();
  private long lastCompany = System.nanoTime();

  Crew(
      PoolOptions options,
      WorkerSource source,
      RunDirectory run,
      WorkerTable table,
      RunStatus status) {
    this.options = options;
    this.source = source;
    this.run = run;
    this.table = table;
    this.status = status;
    this.seats = new Worker[source.seats()];
  }

  /**
   * Gets all workers that can be had.
   *
   * @return whether there are any; if not, {@link #shortage} says why
   */
  boolean assemble() throws IOException {
    try {
      fillSeats();
      return !workers().isEmpty();
    } catch (IOException | SaverException e) {
      end();
      Arrays.fill(seats, null);
      workers = List.of();
      throw e;
    }
  }

  String shortage() {
    return source.shortage();
  }

  private void fillSeats() throws IOException {
    for (int seat = 0; seat < seats.length; seat++) {
      if (seats[seat] == null && !fill(seat)) {
        return;
      }
    }
  }

  private boolean fill(int seat) throws IOException {
    return run.gate().pass(() -> {
      int id = ++lastWorker;
      table.assign(seat, id);
      Link link = source.hire(run, seat, id);
      if (link == null) {
        return false;
      }
      seat(seat, new Worker(run, table, seat, id, link, options.stallTimeout()));
      return true;
    });
  }

  private void seat(int seat, Worker worker) {
    seats[seat] = worker;
    workers = Arrays.stream(seats).filter(Objects::nonNull).toList();
  }

  /** The workers, once they have been called together; for any thread. */
  List<Worker> workers() {
    return workers;
  }

  /** A call begins, or what is as good as one: earlier deaths are forgotten. */
  void beginCall() {
    deathsInCall = 0;
    lastCompany = System.nanoTime();
  }

  /** Ids of the workers that live. */
  Set<Integer> living() {
    return workers().stream().filter(Worker::isAlive).map(Worker::id).collect(Collectors.toSet());
  }

  /** Kills workers that have shown no sign of life for too long. They are dead when {@link #replaceDead} says so, and not before. */
  void killStalled() {
    long now = System.nanoTime();
    long interval = Vigil.interval(options.stallTimeout());
    if (now - lastLook >= interval) {
      // Who has not looked for long was stopped itself, or had nothing to look for.
      long passed = Math.min(now - lastLook, 2 * interval);
      lastLook = now;
      workers().forEach(worker -> worker.killIfStalled(passed));
    }
  }

  /** The workers that are gone since the last look, each replaced already if another could be had. */
  List<Worker> replaceDead() {
    List<Worker> gone = new ArrayList<>();
    for (Worker worker : workers()) {
      if (!worker.isAlive()) {
        bury(worker);
        gone.add(worker);
      }
    }
    if (source.comeAndGo()) {
      lookAround(!gone.isEmpty());
    }
    return gone;
  }

  private void bury(Worker worker) {
    if (worker.end() == End.Kind.SIGNAL) {
      awaitOwnSignal();
    }
    run.gate().check();
    if (source.comeAndGo()) {
      seat(worker.seat(), null);
      table.assign(worker.seat(), 0);
      if (worker.end() == End.Kind.LEFT) {
        log().info("worker {} (pid {}) has left", worker.id(), worker.pid());
        return;
      }
    }
    deathsInCall++;
    status.workerReplaced();
    log().warn("{}", worker.obituary());
    if (deathsInCall > options.workers() + 3) {
      throw new WorkerLostException(
          deathsInCall + " workers died during one call; the last one: " + worker.obituary());
    }
    try {
      if (!source.comeAndGo()) {
        fill(worker.seat());
      }
      worker.checkRoom();
    } catch (IOException e) {
      throw FileFailure.of(
          "cannot start a worker for " + run.path() + " in place of one that died",
          run.path(),
          0,
          e);
    }
  }

  private void lookAround(boolean now) {
    long time = System.nanoTime();
    if (!now && time - lastLookAround < LOOK_AROUND_NANOS) {
      return;
    }
    lastLookAround = time;
    try {
      fillSeats();
    } catch (IOException e) {
      throw new SaverException("cannot look for workers: " + e, e);
    }
    if (!workers().isEmpty()) {
      lastCompany = time;
    } else if (time - lastCompany > ALONE_NANOS) {
      throw new WorkerLostException("all resident workers are gone, and none has come for "
          + TimeUnit.NANOSECONDS.toSeconds(ALONE_NANOS) + " s: " + source.shortage());
    }
  }

  /** Ctrl-C comes to all processes of a terminal's command: where it has ended a worker, this JVM is going down too, a moment later. */
  private void awaitOwnSignal() {
    long end = System.nanoTime() + SIGNAL_NANOS;
    while (!run.gate().isShut() && System.nanoTime() < end) {
      LockSupport.parkNanos(SIGNAL_NANOS / 100);
    }
  }

  /** Lets all go, and waits until they are gone. */
  void end() {
    source.end();
    workers().forEach(Worker::hangUp);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
    for (Worker worker : workers()) {
      boolean ended =
          worker.awaitEnd(Math.max(0, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
      if (ended && worker.end() == End.Kind.SIGNAL) {
        awaitOwnSignal();
      }
      // Those that the end of the JVM has ended are no news.
      if ((!ended || worker.end() != End.Kind.LEFT) && !run.gate().isShut()) {
        log().warn("{}", worker.obituary());
      }
    }
  }

  /** Asked for when there is something to say: the first logger of a JVM takes a tenth of a second. */
  private static Logger log() {
    return LoggerFactory.getLogger(Crew.class);
  }
}
