package io.parallelsaver.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.SaverException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class GateTest {
  private static final long LIMIT_MILLIS = 30_000;

  private final Gate gate = new Gate();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch free = new CountDownLatch(1);
  private final AtomicBoolean ended = new AtomicBoolean();

  private Thread step() throws InterruptedException {
    Thread thread = new Thread(() -> gate.pass(() -> {
      begun.countDown();
      while (free.getCount() > 0) {
        Thread.onSpinWait();
      }
      gate.pass(() -> null);
      return null;
    }));
    thread.setUncaughtExceptionHandler((one, e) -> ended.set(e instanceof SaverException));
    thread.start();
    begun.await();
    return thread;
  }

  @Test
  void letsStepsPassSideBySideUntilItIsShut() throws Exception {
    Thread other = step();
    assertEquals(7, gate.<Integer, IOException>pass(() -> 7));
    gate.shut();
    assertThrows(SaverException.class, () -> gate.pass(() -> 7));
    assertThrows(SaverException.class, gate::check);
    free.countDown();
    other.join(LIMIT_MILLIS);
    assertTrue(ended.get(), "the step within the other's is refused, too");
  }

  @Test
  void waitsForTheStepUnderWayButNotForEver() throws Exception {
    Thread other = step();
    gate.shut();
    assertFalse(gate.await(10));
    free.countDown();
    assertTrue(gate.await(LIMIT_MILLIS));
    other.join(LIMIT_MILLIS);
    assertTrue(gate.await(0));
  }
}
