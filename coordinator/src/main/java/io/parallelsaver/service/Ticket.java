package io.parallelsaver.service;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** An accepted request and how far it is. All that changes does so under the lock of {@link Ledger}, but for the progress. */
final class Ticket {
  private final String id;
  private final long number;
  private final String user;
  private final long accepted;
  private final long memory;
  private final String fingerprint;

  /** Null once it has ended. */
  private Request request;

  private final Request.Kind kind;
  private final Path target;

  private State state = State.WAITING;
  private int attempts;
  private Draft draft;
  private Outcome outcome;
  private int exit;
  private String message;
  private long ended;
  private volatile boolean cancelling;

  private volatile long done;
  private volatile long total;
  private volatile long startNanos;

  /**
   * @param number place in the order of acceptance
   * @param user who has submitted it
   * @param accepted milliseconds since 1970
   * @param memory bytes of shared memory it may need
   */
  Ticket(String id, long number, String user, long accepted, long memory, Request request) {
    this.id = id;
    this.number = number;
    this.user = user;
    this.accepted = accepted;
    this.memory = memory;
    this.request = request;
    this.kind = request.kind();
    this.target = request.target();
    this.fingerprint = fingerprint(request);
  }

  private Ticket(Members members) {
    this.id = members.text("id");
    this.number = members.number("number");
    this.user = members.text("user");
    this.accepted = members.number("accepted");
    this.memory = members.number("memory");
    this.fingerprint = members.text("fingerprint");
    this.kind = members.oneOf(Request.Kind.class, "kind");
    this.target = Path.of(members.text("target"));
    this.request = members.has("request") ? Request.of(members.members("request")) : null;
  }

  /** Tells one request from another under the same id. */
  static String fingerprint(Request request) {
    try {
      byte[] text = JsonText.write(request.toMap()).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All there is to know, for a journal that begins anew. */
  Map<String, Object> whole() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", id);
    map.put("number", number);
    map.put("user", user);
    map.put("accepted", accepted);
    map.put("memory", memory);
    map.put("fingerprint", fingerprint);
    map.put("kind", kind.toString());
    map.put("target", target.toString());
    if (!state.isEnd()) {
      map.put("request", request.toMap());
    }
    map.putAll(change());
    return map;
  }

  /** What changes with its state. */
  Map<String, Object> change() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", id);
    map.put("state", state.toString());
    map.put("attempts", attempts);
    map.put("draft", draft == null ? null : draft.toMap());
    map.put("outcome", outcome == null ? null : outcome.toMap());
    map.put("exit", exit);
    map.put("message", message);
    map.put("ended", ended);
    return map;
  }

  /** From {@link #whole}, with the members of later {@link #change}s in place of older ones. */
  static Ticket of(Map<String, Object> map) {
    Members members = new Members(map);
    Ticket ticket = new Ticket(members);
    ticket.state = members.oneOf(State.class, "state");
    ticket.attempts = Math.toIntExact(members.number("attempts"));
    ticket.draft = members.has("draft") ? Draft.of(members.members("draft")) : null;
    ticket.outcome = members.has("outcome") ? Outcome.of(members.members("outcome")) : null;
    ticket.exit = Math.toIntExact(members.number("exit"));
    ticket.message = members.textOrNull("message");
    ticket.ended = members.number("ended");
    return ticket;
  }

  /** For those who ask. */
  Map<String, Object> shown() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", id);
    map.put("state", state.toString());
    map.put("kind", kind.toString());
    map.put("target", target.toString());
    map.put("user", user);
    map.put("accepted", accepted);
    if (state == State.RUNNING || state == State.PUBLISHING) {
      map.put("done", done);
      map.put("total", total);
      map.put("seconds", (System.nanoTime() - startNanos) / 1e9);
    }
    if (state.isEnd()) {
      map.put("ended", ended);
      map.put("exit", exit);
      if (message != null) {
        map.put("message", message);
      }
      if (state == State.DONE) {
        map.put("outcome", outcome.toMap());
      }
    }
    return map;
  }

  void started(Draft made) {
    state = State.RUNNING;
    draft = made;
    attempts++;
  }

  void stopped() {
    state = State.WAITING;
    draft = null;
  }

  void publishing(Outcome made) {
    state = State.PUBLISHING;
    outcome = made;
  }

  void end(State how, int code, String why, long now) {
    state = how;
    exit = code;
    message = why;
    ended = now;
    // What became of it is of interest, not its list of sources.
    request = null;
  }

  void cancel() {
    cancelling = true;
  }

  boolean isCancelling() {
    return cancelling;
  }

  void begin() {
    startNanos = System.nanoTime();
    done = 0;
    total = 0;
  }

  void progress(long bytes, long all) {
    done = bytes;
    total = all;
  }

  String id() {
    return id;
  }

  long number() {
    return number;
  }

  String user() {
    return user;
  }

  long memory() {
    return memory;
  }

  String fingerprint() {
    return fingerprint;
  }

  Request request() {
    return request;
  }

  Request.Kind kind() {
    return kind;
  }

  Path target() {
    return target;
  }

  State state() {
    return state;
  }

  int attempts() {
    return attempts;
  }

  Draft draft() {
    return draft;
  }

  Outcome outcome() {
    return outcome;
  }

  long accepted() {
    return accepted;
  }

  /** Why it ended as it did; null if there is nothing to say. */
  String message() {
    return message;
  }

  long ended() {
    return ended;
  }

  long done() {
    return done;
  }

  long total() {
    return total;
  }

  double seconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }
}
