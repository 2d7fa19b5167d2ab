package io.parallelsaver.service;

import io.parallelsaver.error.InputException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.watch.RequestList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All requests the daemon knows. Each change is in the journal, and on the device, before anybody sees it. Any thread may call.
 *
 * <p>A change of an accepted request that cannot be written down breaks the ledger: the daemon must end, and the next one goes on from what
 * is written.
 */
final class Ledger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

  /** A request that has been begun so often without an end is likely to be what ends the daemon. */
  private static final int MOST_ATTEMPTS = 20;

  private final Journal journal;
  private final ServiceOptions options;
  private final Map<String, Ticket> tickets = new LinkedHashMap<>();
  private final Map<String, Ticket> waiting = new LinkedHashMap<>();
  private final Map<String, Ticket> running = new LinkedHashMap<>();
  private long lastNumber;
  private RuntimeException broken;

  /** Reads the journal. What it says must be settled, and {@link #begin} called, before anything else. */
  Ledger(Journal journal, ServiceOptions options) {
    this.journal = journal;
    this.options = options;
    journal.read().values().stream()
        .map(Ticket::of)
        .sorted((a, b) -> Long.compare(a.number(), b.number()))
        .forEach(ticket -> tickets.put(ticket.id(), ticket));
    for (Ticket ticket : tickets.values()) {
      lastNumber = ticket.number();
    }
  }

  /** Settles what the last daemon has left half done, and begins a journal anew. */
  synchronized void begin() {
    for (Ticket ticket : tickets.values()) {
      if (!ticket.state().isEnd()) {
        Recovery.settle(ticket, now(), MOST_ATTEMPTS);
      }
      if (!ticket.state().isEnd()) {
        waiting.put(ticket.id(), ticket);
      }
    }
    renew();
    Recovery.removeDrafts(tickets.values());
  }

  private void renew() {
    expire();
    List<Map<String, Object>> all = new ArrayList<>();
    tickets.values().forEach(ticket -> all.add(ticket.whole()));
    journal.begin(all);
  }

  /** Forgets requests that have ended, if they are old or too many. */
  private void expire() {
    long oldest = now() - options.keepFor().toMillis();
    long ended = tickets.values().stream().filter(each -> each.state().isEnd()).count();
    var each = tickets.values().iterator();
    while (each.hasNext()) {
      Ticket ticket = each.next();
      if (ticket.state().isEnd() && (ticket.ended() < oldest || ended > options.keep())) {
        each.remove();
        ended--;
      }
    }
  }

  private static long now() {
    return System.currentTimeMillis();
  }

  /**
   * Accepts a request.
   *
   * @param id chosen by whoever submits; one that is known already answers for the same request, and for no other
   * @param memory bytes of shared memory it may need
   * @return its id, when it is on the device
   * @throws BusyException if too many wait
   * @throws StorageFullException if the journal has no room
   */
  synchronized String submit(String id, Request request, String user, long memory) {
    Ticket known = tickets.get(id);
    if (known != null) {
      if (known.fingerprint().equals(Ticket.fingerprint(request))) {
        return id;
      }
      throw new InputException("there is another request " + id + ", to " + known.kind() + " "
          + known.target() + "; choose another id");
    }
    if (waiting.size() >= options.queue()) {
      throw new BusyException(
          "busy: " + waiting.size() + " requests wait already; try again later");
    }
    Ticket ticket = new Ticket(id, lastNumber + 1, user, now(), memory, request);
    checkWhole();
    try {
      journal.append(ticket.whole());
    } catch (InputException | StorageFullException e) {
      throw e;
    } catch (RuntimeException e) {
      throw broken(e);
    }
    lastNumber++;
    tickets.put(id, ticket);
    waiting.put(id, ticket);
    LOG.info("accepted from {}: {} {}", user, request.kind(), request.target());
    notifyAll();
    return id;
  }

  private void checkWhole() {
    if (broken != null) {
      throw new SaverException(
          "the coordinator ends, since its journal cannot be written: " + broken.getMessage(),
          broken);
    }
  }

  private RuntimeException broken(RuntimeException e) {
    broken = e;
    notifyAll();
    return e;
  }

  /** Why the ledger is broken, if it is. */
  synchronized Optional<RuntimeException> brokenBy() {
    return Optional.ofNullable(broken);
  }

  private void write(Ticket ticket) {
    checkWhole();
    try {
      journal.append(ticket.change());
      if (ticket.state().isEnd() && journal.hasGrown()) {
        renew();
      }
    } catch (RuntimeException e) {
      throw broken(e);
    }
    notifyAll();
  }

  /** The next request to be begun, if one may be. It counts as running from now on. */
  synchronized Optional<Ticket> take(Admission admission) {
    Optional<Ticket> next = admission.next(waiting.values(), running.values());
    next.ifPresent(ticket -> {
      waiting.remove(ticket.id());
      running.put(ticket.id(), ticket);
      ticket.begin();
    });
    return next;
  }

  synchronized void started(Ticket ticket, Draft draft) {
    ticket.started(draft);
    write(ticket);
  }

  /** It will be done by the next daemon. */
  synchronized void stopped(Ticket ticket) {
    running.remove(ticket.id());
    ticket.stopped();
    write(ticket);
    waiting.put(ticket.id(), ticket);
  }

  /**
   * From now on its result goes to its place, whatever happens.
   *
   * @throws StoppedException if somebody has cancelled it before
   */
  synchronized void publishing(Ticket ticket, Outcome outcome) {
    if (ticket.isCancelling()) {
      throw new StoppedException();
    }
    ticket.publishing(outcome);
    write(ticket);
  }

  synchronized void end(Ticket ticket, State how, int exit, String message) {
    running.remove(ticket.id());
    ticket.end(how, exit, message, now());
    write(ticket);
  }

  /**
   * Cancels a request: one that waits at once, one that runs as soon as it can be stopped.
   *
   * @throws InputException if there is none
   */
  synchronized void cancel(String id) {
    Ticket ticket = get(id);
    if (waiting.containsKey(id)) {
      waiting.remove(id);
      end(ticket, State.CANCELLED, 1, "cancelled before it was begun");
    } else {
      ticket.cancel();
    }
  }

  /** All of them, newest first, for those who look on. */
  synchronized List<RequestList.Request> watched() {
    List<RequestList.Request> all = new ArrayList<>();
    tickets.values().forEach(ticket -> all.add(WatchedRequest.of(ticket)));
    Collections.reverse(all);
    return all;
  }

  /** Tells them all to those who ask. */
  synchronized List<Map<String, Object>> list() {
    return tickets.values().stream().map(Ticket::shown).toList();
  }

  /**
   * @throws InputException if there is none
   */
  synchronized Map<String, Object> shown(String id) {
    return get(id).shown();
  }

  private Ticket get(String id) {
    Ticket ticket = tickets.get(id);
    if (ticket == null) {
      throw new InputException("there is no request " + id
          + "; those that ended long ago, or of which there were too many, are forgotten");
    }
    return ticket;
  }

  /** Waits until a request has ended, or the time is over. */
  synchronized Map<String, Object> await(String id, long millis) {
    Ticket ticket = get(id);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (!ticket.state().isEnd() && broken == null && pause(end)) {
      // Until then.
    }
    return ticket.shown();
  }

  /** Waits for a change, for so long at most. */
  synchronized void awaitChange(long millis) {
    pause(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /** False if the time is over. */
  private boolean pause(long end) {
    long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    if (left <= 0) {
      return false;
    }
    try {
      wait(left);
      return true;
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts threads here", e);
    }
  }

  /** Wakes who waits for a change: there is one of another kind. */
  synchronized void wake() {
    notifyAll();
  }

  synchronized Collection<Ticket> running() {
    return List.copyOf(running.values());
  }

  synchronized int waitingCount() {
    return waiting.size();
  }

  /** How many have ended so. */
  synchronized long count(State how) {
    return tickets.values().stream().filter(each -> each.state() == how).count();
  }

  @Override
  public synchronized void close() {
    journal.close();
  }
}
