package io.parallelsaver.service;

import java.util.Collection;
import java.util.Optional;

/**
 * Which request is next: the one that has waited longest, if shared memory has room for it beside those that run; else another that fits. One
 * that does not fit is passed so many times, and then waited for.
 */
final class Admission {
  private static final int MOST_PASSES = 16;

  private final int parallel;
  private final long budget;
  private Ticket passed;
  private int passes;

  /**
   * @param parallel most requests at a time
   * @param budget bytes of shared memory for all of them; no request needs more
   */
  Admission(int parallel, long budget) {
    this.parallel = parallel;
    this.budget = budget;
  }

  /**
   * The request to begin now.
   *
   * @param waiting in the order of their acceptance
   */
  Optional<Ticket> next(Collection<Ticket> waiting, Collection<Ticket> running) {
    if (running.size() >= parallel || waiting.isEmpty()) {
      return Optional.empty();
    }
    long free = budget - running.stream().mapToLong(Ticket::memory).sum();
    Ticket first = waiting.iterator().next();
    if (first.memory() <= free) {
      return Optional.of(first);
    }
    if (passed != first) {
      passed = first;
      passes = 0;
    }
    if (passes == MOST_PASSES) {
      return Optional.empty();
    }
    Optional<Ticket> fits =
        waiting.stream().filter(ticket -> ticket.memory() <= free).findFirst();
    if (fits.isPresent()) {
      passes++;
    }
    return fits;
  }
}
