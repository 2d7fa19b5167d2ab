package io.parallelsaver.service;

import io.parallelsaver.error.InputException;
import io.parallelsaver.input.SaveInput;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;

/** What the daemon answers to what it is asked. */
final class Answers {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final int ID_BYTES = 6;
  private static final long LONGEST_WAIT_MILLIS = 10_000;

  /** So many may wait in a connection; who comes then is answered at once, and asks again. */
  private static final int MOST_WAITERS = 128;

  private final Ledger ledger;
  private final Roots roots;
  private final ServiceOptions options;
  private final SecureRandom random = new SecureRandom();
  private final Semaphore waiters = new Semaphore(MOST_WAITERS);
  private final long started = System.currentTimeMillis();
  private volatile boolean ending;

  Answers(Ledger ledger, Roots roots, ServiceOptions options) {
    this.ledger = ledger;
    this.roots = roots;
    this.options = options;
  }

  /** From now on no request is accepted, and nobody waits. */
  void end() {
    ending = true;
    ledger.wake();
  }

  Map<String, Object> to(Members asked, String user) {
    return switch (asked.text("op")) {
      case "submit" -> submit(asked, user);
      case "status" -> asked.has("id") ? ledger.shown(asked.text("id")) : status();
      case "list" -> one("requests", ledger.list());
      case "wait" -> await(asked.text("id"), asked.number("millis"));
      case "cancel" -> cancel(asked.text("id"));
      default -> throw new InputException("there is no operation " + asked.text("op"));
    };
  }

  private static Map<String, Object> one(String name, Object value) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(name, value);
    return map;
  }

  private Map<String, Object> submit(Members asked, String user) {
    if (ending) {
      throw new BusyException("busy: the coordinator ends; try again when the next one is there");
    }
    String id = asked.has("id") ? asked.text("id") : newId();
    if (!ID.matcher(id).matches()) {
      throw new InputException(
          "the id '" + id
              + "' should be up to 64 letters, digits, dots, dashes and underlines, a letter or digit first");
    }
    Request request = Request.of(asked.members("request"));
    // Out of range now is out of range then.
    request.applyTo(options.saver());
    roots.target(request.format().place(request.target()));
    long bytes = 0;
    for (Request.Source source : request.sources()) {
      Path real = roots.source(source.path());
      bytes += new SaveInput(null, real).bytes();
    }
    long memory = options.memory(bytes);
    return one("id", Logged.as(id, () -> ledger.submit(id, request, user, memory)));
  }

  private String newId() {
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private Map<String, Object> await(String id, long millis) {
    if (!waiters.tryAcquire()) {
      return ledger.shown(id);
    }
    try {
      return ledger.await(id, Math.min(millis, LONGEST_WAIT_MILLIS));
    } finally {
      waiters.release();
    }
  }

  private Map<String, Object> cancel(String id) {
    ledger.cancel(id);
    return await(id, LONGEST_WAIT_MILLIS);
  }

  private Map<String, Object> status() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("pid", ProcessHandle.current().pid());
    map.put("started", started);
    map.put("roots", roots.all().stream().map(Path::toString).toList());
    map.put("parallel", options.parallel());
    map.put("queue", options.queue());
    map.put("shared_memory_budget", options.sharedMemory());
    map.put(
        "shared_memory_planned",
        ledger.running().stream().mapToLong(Ticket::memory).sum());
    map.put("waiting", ledger.waitingCount());
    map.put("running", ledger.running().size());
    for (State end : List.of(State.DONE, State.FAILED, State.CANCELLED)) {
      map.put(end.toString(), ledger.count(end));
    }
    map.put("status", Heart.text(ledger));
    return map;
  }
}
