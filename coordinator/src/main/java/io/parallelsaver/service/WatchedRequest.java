package io.parallelsaver.service;

import io.parallelsaver.watch.RequestList;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A request as those see it who look on. */
final class WatchedRequest {
  private static final double MILLIS = 1e3;

  private WatchedRequest() {}

  /** As it is now. */
  static RequestList.Request of(Ticket ticket) {
    boolean atWork = ticket.state() == State.RUNNING || ticket.state() == State.PUBLISHING;
    Duration since = Duration.ofMillis(atWork ? (long) (ticket.seconds() * MILLIS) : 0);
    return new RequestList.Request(
        ticket.id(),
        ticket.kind().toString(),
        RequestList.State.valueOf(ticket.state().name()),
        ticket.target().toString(),
        Instant.ofEpochMilli(ticket.accepted()),
        atWork ? Optional.of(Instant.now().minus(since)) : Optional.empty(),
        ticket.state().isEnd()
            ? Optional.of(Instant.ofEpochMilli(ticket.ended()))
            : Optional.empty(),
        ticket.done(),
        ticket.total(),
        ticket.message() == null ? "" : ticket.message());
  }
}
