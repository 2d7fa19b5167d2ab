package io.parallelsaver;

import io.parallelsaver.testing.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Stops processes and lets them go on. */
final class Signals {
  private static final Duration LIMIT = Duration.ofSeconds(40);

  private Signals() {}

  /** Stops a process, and waits until it stands still. */
  static void stop(long pid) {
    send("STOP", pid);
    Await.until(pid + " is stopped", LIMIT, () -> state(pid) == 'T');
  }

  /** Lets it go on. False if it is gone. */
  static boolean wake(long pid) {
    if (!Await.isAlive(pid)) {
      return false;
    }
    send("CONT", pid);
    return true;
  }

  private static void send(String signal, long pid) {
    try (ChildProcess kill =
        ChildProcess.start("sh", "-c", "kill -" + signal + " " + pid + " || ! kill -0 " + pid)) {
      kill.finish();
    }
  }

  /** The letter that the kernel has for what it does; X when it is gone. */
  static char state(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return 'X';
    }
  }
}
