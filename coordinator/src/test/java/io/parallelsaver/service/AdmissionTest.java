package io.parallelsaver.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static Ticket ticket(int number, long memory) {
    Path path = Path.of("/data/" + number);
    return new Ticket("t" + number, number, "me", 0, memory, Requests.save(path, path));
  }

  @Test
  void theOneThatHasWaitedLongestIsNext() {
    List<Ticket> waiting = List.of(ticket(1, 5), ticket(2, 1));
    assertEquals(Optional.of(waiting.get(0)), new Admission(2, 10).next(waiting, List.of()));
  }

  @Test
  void noMoreThanAllowedAtATime() {
    Admission admission = new Admission(1, 100);
    assertEquals(Optional.empty(), admission.next(List.of(ticket(2, 1)), List.of(ticket(1, 1))));
    assertEquals(Optional.empty(), admission.next(List.of(), List.of()));
  }

  @Test
  void aSmallOnePassesALargeOneThatDoesNotFit() {
    List<Ticket> waiting = List.of(ticket(2, 8), ticket(3, 4), ticket(4, 3));
    assertEquals(
        Optional.of(waiting.get(2)), new Admission(2, 10).next(waiting, List.of(ticket(1, 7))));
  }

  /** Small ones come again and again, and one of them always runs; the large one needs all the memory. */
  @Test
  void theLargeOneIsNotPassedForEver() {
    Admission admission = new Admission(2, 10);
    List<Ticket> waiting = new ArrayList<>();
    List<Ticket> running = new ArrayList<>(List.of(ticket(1, 1)));
    waiting.add(ticket(2, 10));
    int passed = 0;
    for (int number = 3; number < 1000; number++) {
      waiting.add(ticket(number, 1));
      Optional<Ticket> next = admission.next(waiting, running);
      if (next.isPresent()) {
        waiting.remove(next.get());
        running.add(next.get());
        if (next.get().number() == 2) {
          assertTrue(passed > 1 && passed < 100, "passed " + passed + " times");
          return;
        }
        passed++;
      }
      running.remove(0);
      if (running.isEmpty() && next.isEmpty()) {
        assertTrue(admission.next(waiting, running).orElseThrow().number() == 2);
      }
    }
    throw new AssertionError("never begun, and passed " + passed + " times");
  }
}
