package io.parallelsaver.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.systemd.Notifier;
import io.parallelsaver.testing.ChildProcess;
import io.parallelsaver.testing.NotifyReceiver;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeartTest {
  @TempDir
  Path directory;

  @Test
  void theWatchdogHearsOfAHeartOnlyWhileEveryLaneComesOn() {
    String socket = directory.resolve("notify").toString();
    try (ChildProcess receiver = NotifyReceiver.at(socket)) {
      Notifier notifier =
          Notifier.of(Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "30000000"), 1);
      Heart heart = new Heart(notifier);
      assertTrue(heart.pauseMillis() <= 10_000, "pause " + heart.pauseMillis());
      Pace idle = new Pace();
      Pace hanging = new Pace();
      hanging.begin();
      long now = System.nanoTime();
      heart.beat(List.of(idle, hanging), now);
      assertEquals("WATCHDOG=1", receiver.readLine());
      heart.beat(List.of(idle, hanging), now + 1);
      heart.beat(List.of(idle, hanging), now + TimeUnit.SECONDS.toNanos(15));
      assertEquals("WATCHDOG=1", receiver.readLine());
      heart.beat(List.of(idle, hanging), in(10));
      notifier.stopping();
      assertEquals("STOPPING=1", receiver.readLine());
      assertEquals(List.of(), receiver.finish());
    }
  }

  private static long in(long minutes) {
    return System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
  }

  @Test
  void whoHasNothingToDoIsWell() {
    Pace pace = new Pace();
    assertTrue(pace.isHealthy(in(1000)));
    pace.begin();
    pace.end();
    assertTrue(pace.isHealthy(in(1000)));
  }

  @Test
  void whoMovesNothingForLongIsNot() {
    Pace pace = new Pace();
    pace.begin();
    pace.progress(false);
    assertTrue(pace.isHealthy(in(5)));
    assertFalse(pace.isHealthy(in(7)));
  }

  @Test
  void bringingBytesToTheDeviceMayTakeLonger() {
    Pace pace = new Pace();
    pace.begin();
    assertFalse(pace.isFinishing());
    pace.progress(true);
    assertTrue(pace.isFinishing());
    assertTrue(pace.isHealthy(in(14)));
    assertFalse(pace.isHealthy(in(16)));
  }
}
