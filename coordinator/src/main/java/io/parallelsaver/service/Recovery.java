package io.parallelsaver.service;

import io.parallelsaver.error.SaverException;
import java.io.IOException;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of requests that a killed daemon has left. */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private Recovery() {}

  /** Brings to its end what was going to its place; lets the rest wait as if it had not been begun. */
  static void settle(Ticket ticket, long now, int mostAttempts) {
    Logged.as(ticket.id(), () -> {
      if (ticket.state() == State.PUBLISHING) {
        finish(ticket, now);
      } else if (ticket.state() == State.RUNNING && ticket.attempts() >= mostAttempts) {
        String why = "begun " + ticket.attempts()
            + " times, and each time the coordinator died before it ended; look into its log";
        LOG.error("failed: {}", why);
        removeDraft(ticket);
        ticket.end(State.FAILED, 1, why, now);
      } else {
        if (ticket.state() == State.RUNNING) {
          LOG.info("was under way when the coordinator died, and is begun again");
        }
        removeDraft(ticket);
        ticket.stopped();
      }
    });
  }

  private static void finish(Ticket ticket, long now) {
    Draft draft = ticket.draft();
    if (!draft.isThere()) {
      String why =
          "the coordinator died while the result went to its place, and nobody can tell whether"
              + " it is there: " + draft.toMap().get("home")
              + " is gone, or its file system is not mounted";
      LOG.error("failed: {}", why);
      ticket.end(State.FAILED, 1, why, now);
      return;
    }
    try {
      draft.publish();
      LOG.info("had come as far as to its place, and is done");
      ticket.end(State.DONE, 0, null, now);
    } catch (SaverException e) {
      LOG.error("failed: {}", e.getMessage());
      ticket.end(State.FAILED, e.exitCode(), e.getMessage(), now);
    }
  }

  /** When it is written down that they are not needed any more. */
  static void removeDrafts(Collection<Ticket> tickets) {
    tickets.stream()
        .filter(ticket -> ticket.state().isEnd() && ticket.draft() != null)
        .forEach(Recovery::removeDraft);
  }

  private static void removeDraft(Ticket ticket) {
    if (ticket.draft() == null) {
      return;
    }
    try {
      ticket.draft().remove();
    } catch (IOException e) {
      LOG.warn("cannot remove {}: {}", ticket.draft().toMap().get("home"), e.toString());
    }
  }
}
