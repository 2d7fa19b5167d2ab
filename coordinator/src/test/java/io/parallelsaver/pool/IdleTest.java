package io.parallelsaver.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class IdleTest {
  private static final long MILLI = 1_000_000;

  private static Idle after(long nanosEach, int jobs) {
    Idle idle = new Idle();
    for (int i = 0; i < jobs; i++) {
      idle.jobDone(nanosEach);
    }
    return idle;
  }

  @Test
  void looksAwayForHalfTheTimeThatTheJobsOutTake() {
    assertEquals(1.5 * MILLI, after(MILLI, 100).ahead(12, 4), 0.01 * MILLI);
    assertEquals(0.25 * MILLI, after(MILLI, 100).ahead(1, 2), 0.01 * MILLI);
  }

  @Test
  void butNotSoLongThatADeathIsMissed() {
    assertEquals(2 * MILLI, after(1_000 * MILLI, 100).ahead(12, 4));
  }

  @Test
  void knowsNothingBeforeTheFirstJobIsDone() {
    assertEquals(0, new Idle().ahead(12, 4));
    assertEquals(0, after(MILLI, 100).ahead(0, 4));
  }

  @Test
  void looksAgainWellBeforeTwiceTheTimePassed() {
    Idle idle = new Idle();
    double waited = 0;
    int looks = 0;
    while (waited < MILLI) {
      long pause = idle.next(0);
      assertTrue(pause <= 20_000 + waited / 2, pause + " ns after " + waited);
      waited += pause;
      looks++;
    }
    assertEquals(9, looks, 1);
  }

  @Test
  void forgetsWhatJobsTookBefore() {
    Idle idle = after(100 * MILLI, 100);
    for (int i = 0; i < 100; i++) {
      idle.jobDone(MILLI / 10);
    }
    assertEquals(0.15 * MILLI, idle.ahead(12, 4), 0.01 * MILLI);
  }
}
