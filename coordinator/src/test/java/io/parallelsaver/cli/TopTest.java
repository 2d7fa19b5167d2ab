package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.HoldingCoordinator;
import io.parallelsaver.shm.CallKind;
import io.parallelsaver.shm.RunDirectory;
import io.parallelsaver.shm.RunStatus;
import io.parallelsaver.shm.Sweep;
import io.parallelsaver.testing.ChildProcess;
import io.parallelsaver.testing.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopTest {
  private static final long LIMIT_NANOS = 60_000_000_000L;

  @TempDir
  Path temp;

  private Path shared;

  @BeforeEach
  void createDirectory() throws IOException {
    shared = Files.createDirectory(temp.resolve("shared"));
  }

  private Cli top(Object... arguments) {
    Object[] all = new Object[arguments.length + 3];
    all[0] = "top";
    all[1] = "--shared-memory";
    all[2] = shared;
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return Cli.run(all);
  }

  @Test
  void showsThatThereIsNothing() {
    assertTrue(top("--once").exits(0).out().contains("0 runs"));
    assertEquals(List.of(), top("--json").exits(0).json().get("runs"));
    Cli missing = top("parallel-saver-1-00").exits(3);
    assertTrue(missing.err().contains("there is no run " + shared), missing.err());
    assertTrue(Cli.run("top", "--shared-memory", temp.resolve("no"))
        .exits(3)
        .err()
        .contains("no directory"));
  }

  /** A coordinator stops half way through a save, is looked at, is killed, and is looked at again. */
  @Test
  void showsARunLiveAndDead() throws IOException {
    try (ChildProcess coordinator =
        ChildProcess.jvm(HoldingCoordinator.class, shared.toString(), "SAVE_HALFWAY", "out.npz")) {
      await(shared.resolve("held"));
      Object live = JsonText.at(top("--json").exits(0).json(), "runs", 0);
      assertEquals(true, JsonText.at(live, "live"));
      assertEquals(coordinator.pid(), JsonText.at(live, "pid"));
      assertHalfWay(live);
      String text = top("--once").exits(0).out();
      assertTrue(text.contains("save " + shared.resolve("out.npz")), text);
      assertTrue(text.contains("pid " + coordinator.pid()), text);
      assertTrue(text.matches("(?s).*\\d MiB of .* \\(\\d+ %\\).*"), text);
      assertTrue(text.contains("1 run "), text);
      assertFalse(text.contains("DEAD"), text);
      coordinator.kill();

      Object dead = JsonText.at(top("--json").exits(0).json(), "runs", 0);
      assertEquals(false, JsonText.at(dead, "live"));
      assertHalfWay(dead);
      String name = Path.of((String) JsonText.at(dead, "run")).getFileName().toString();
      String after = top("--once", name).exits(0).out();
      assertTrue(after.contains("DEAD, last sign of life "), after);
      assertTrue(after.contains("it was at: save " + shared.resolve("out.npz")), after);
    }
    assertEquals(1, Sweep.of(shared).removed().size());
    assertTrue(top("--once").exits(0).out().contains("0 runs"));
  }

  private void assertHalfWay(Object run) {
    assertEquals(true, JsonText.at(run, "call", "under_way"));
    assertEquals("save", JsonText.at(run, "call", "kind"));
    assertEquals(shared.resolve("out.npz").toString(), JsonText.at(run, "call", "target"));
    assertEquals(1L, JsonText.at(run, "call", "arrays_total"));
    long done = (Long) JsonText.at(run, "call", "bytes_done");
    long total = (Long) JsonText.at(run, "call", "bytes_total");
    assertTrue(total / 2 <= done && done < total, done + " of " + total);
    assertEquals(done, JsonText.at(run, "totals", "bytes_written"));
    assertEquals(2, ((List<?>) JsonText.at(run, "workers")).size());
  }

  private static void await(Path file) {
    long end = System.nanoTime() + LIMIT_NANOS;
    while (!Files.exists(file)) {
      assertTrue(System.nanoTime() < end, "there is no " + file);
      LockSupport.parkNanos(2_000_000);
    }
  }

  /** A name can be anything; on a terminal it must not do anything. */
  @Test
  void printsNoControlCharacters() throws IOException {
    try (RunDirectory run = RunDirectory.create(shared)) {
      RunStatus status = RunStatus.create(run.status(), 2);
      status.callBegan(CallKind.SAVE, Path.of("/data/\u001b[2Jevil\u0007\u202e.npz"));
      status.callFailed(new IllegalStateException("one\ntwo\r\u009b31m"));
      Cli cli = top("--once").exits(0);
      assertTrue(cli.out().contains("/data/?[2Jevil??.npz"), cli.out());
      assertTrue(cli.out().contains("one two ?31m"), cli.out());
      assertEquals(-1, cli.out().indexOf('\u001b'));
      assertEquals(
          "idle",
          cli.out()
              .lines()
              .filter(line -> line.contains("evil"))
              .findAny()
              .orElse("")
              .strip()
              .substring(0, 4));
    }
  }

  @Test
  void saysOfARunWithoutAStatusWhatIsMissing() throws IOException {
    try (RunDirectory run = RunDirectory.create(shared)) {
      String text = top("--once").exits(0).out();
      assertTrue(text.contains(run.path().toString()), text);
      assertTrue(text.contains("nothing is known of it: there is no status file"), text);
      assertEquals(
          "there is no status file", JsonText.at(top("--json").json(), "runs", 0, "problem"));
    }
  }
}
