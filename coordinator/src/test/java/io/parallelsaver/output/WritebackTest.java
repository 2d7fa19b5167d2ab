package io.parallelsaver.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When a file that grows is forced to its device, and what is learned of the device. */
class WritebackTest {
  private static final long STEP = Writeback.STEP;

  private final AtomicInteger forces = new AtomicInteger();
  private final AtomicLong nanos = new AtomicLong();

  private Writeback taking(double nanosPerByte, long bytes) {
    return new Writeback(
        () -> {
          forces.incrementAndGet();
          nanos.addAndGet((long) (nanosPerByte * bytes));
        },
        nanos::get);
  }

  @Test
  void forcesEachStep() throws IOException {
    Writeback writeback = taking(0, STEP);
    writeback.written(STEP - 1);
    writeback.await();
    assertEquals(0, forces.get());
    for (long done : new long[] {STEP, 2 * STEP - 1, 2 * STEP, 4 * STEP, 5 * STEP - 1}) {
      writeback.written(done);
      writeback.await();
    }
    assertEquals(3, forces.get());
    assertFalse(writeback.isSlow());
  }

  @Test
  void oneAtATime() throws IOException {
    Semaphore go = new Semaphore(0);
    Writeback writeback = new Writeback(() -> {
      go.acquireUninterruptibly();
      forces.incrementAndGet();
    });
    for (int i = 1; i < 10; i++) {
      writeback.written(i * STEP);
    }
    go.release(2);
    writeback.await();
    assertEquals(1, forces.get());
    writeback.written(10 * STEP);
    writeback.await();
    assertEquals(2, forces.get(), "what came meanwhile");
  }

  @Test
  void aDeviceIsSlowFromAFlushOnThatTakesLong() throws IOException {
    double limit = Writeback.SLOW_NANOS_PER_BYTE;
    Writeback quick = taking(0.9 * limit, STEP);
    quick.written(STEP);
    quick.await();
    assertFalse(quick.isSlow());

    Writeback larger = taking(1.9 * limit, STEP);
    larger.written(2 * STEP);
    larger.await();
    assertFalse(larger.isSlow(), "it had two steps to take");
    larger.written(3 * STEP);
    larger.await();
    assertTrue(larger.isSlow());
    larger.written(9 * STEP);
    larger.await();
    assertTrue(larger.isSlow(), "it stays so");
  }

  /** The kernel tells of a lost page once only: a later force must not make that forgotten. */
  @Test
  void whatFailsIsSaidAtTheEnd() {
    Writeback writeback = new Writeback(() -> {
      if (forces.getAndIncrement() == 0) {
        throw new IOException("Input/output error");
      }
    });
    writeback.written(STEP);
    assertThrows(IOException.class, writeback::await);
    writeback.written(3 * STEP);
    assertEquals(
        "Input/output error", assertThrows(IOException.class, writeback::await).getMessage());
    assertEquals(1, forces.get());
  }
}
