package io.parallelsaver.faults;

import io.parallelsaver.Saver;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.shm.Sweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Lets every call of the system fail once that a scenario makes, and judges what came of it. */
final class FaultRuns {
  /** A call that is not over by then hangs. */
  private static final long PATIENCE_SECONDS = 30;

  /** What a failure says when the new files are in their places all the same. */
  private static final List<String> AFTERWARDS = List.of(
      "in its place",
      "in their places",
      "cannot remove run directory",
      "cannot close arena",
      "of an earlier save");

  private final FaultControl control;
  private final Path root;
  private final Path shared;
  private final boolean all;
  private int injected;
  private int inWorkers;

  /**
   * @param all every error a call may meet, not only the likeliest
   */
  FaultRuns(FaultControl control, Path root, Path shared, boolean all) {
    this.control = control;
    this.root = root;
    this.shared = shared;
    this.all = all;
  }

  int injected() {
    return injected;
  }

  int inWorkers() {
    return inWorkers;
  }

  /** What a call has come to. */
  private record Outcome(Object result, Throwable thrown) {}

  /**
   * Makes a saver for each call, so that what opening and closing it do fails too.
   *
   * @param old what the target is before
   * @param step so many calls further on is the next that fails
   */
  void all(Scenario scenario, Map<String, String> old, int step, List<FaultKind> kinds)
      throws Exception {
    scenario.reset(old);
    Object result = once(scenario).result();
    Map<String, String> fresh = scenario.state();
    for (FaultKind kind : kinds) {
      System.out.println(scenario.name() + ", " + kind);
      for (int error : kind.errors(all)) {
        boolean failed = true;
        for (int n = 1; failed; n += step) {
          scenario.reset(old);
          control.arm(kind, error, n);
          Outcome outcome = once(scenario);
          failed = control.disarm();
          String what = scenario.name() + ", " + kind + " " + n + " with error " + error;
          judge(what, scenario, failed, outcome, result, old, fresh);
          leavesNothing(what, outcome);
        }
      }
    }
  }

  /** Uses one saver with its workers for all calls. */
  void kept(Scenario scenario, Map<String, String> old, List<FaultKind> kinds) throws Exception {
    try (Saver saver = Saver.open(scenario.options())) {
      saver.awaitReady();
      scenario.reset(old);
      Object result = scenario.call().run(saver);
      Map<String, String> fresh = scenario.state();
      for (FaultKind kind : kinds) {
        System.out.println(scenario.name() + ", " + kind);
        boolean failed = true;
        for (int n = 1; failed; n++) {
          scenario.reset(old);
          control.arm(kind, kind.errors(false)[0], n);
          Outcome outcome = run(() -> scenario.call().run(saver));
          failed = control.disarm();
          String what = scenario.name() + ", " + kind + " " + n;
          judge(what, scenario, failed, outcome, result, old, fresh);
          saver.awaitReady();
        }
      }
    }
    leavesNothing(scenario.name(), new Outcome(null, null));
  }

  /** Puts the target's surroundings into their first state. */
  interface Reset {
    void run() throws IOException;
  }

  /**
   * Lets each call of one kind fail that a scenario makes.
   *
   * @param type what must come of it
   * @param clean whether the surroundings are as before, as they must be after a failure that says nothing else
   * @return how many there are
   */
  int count(
      Scenario scenario,
      FaultKind kind,
      int error,
      Class<? extends SaverException> type,
      Reset reset,
      BooleanSupplier clean)
      throws Exception {
    int count = 0;
    while (true) {
      reset.run();
      control.arm(kind, error, count + 1);
      Outcome outcome = once(scenario);
      if (!control.disarm()) {
        check(
            outcome.thrown() == null, scenario.name() + " fails without a fault", outcome.thrown());
        return count;
      }
      count++;
      injected++;
      String what = scenario.name() + ", " + kind + " " + count;
      // A slot of the arena that cannot be had is done without.
      boolean done = outcome.thrown() == null && kind == FaultKind.WRITE;
      check(done || type.isInstance(outcome.thrown()), what + ": no " + type, outcome.thrown());
      boolean placed =
          done || AFTERWARDS.stream().anyMatch(outcome.thrown().getMessage()::contains);
      check(placed != clean.getAsBoolean(), what + ": placed " + placed, outcome.thrown());
      leavesNothing(what, outcome);
    }
  }

  private static Outcome once(Scenario scenario) throws Exception {
    return run(() -> {
      boolean starts = scenario.options().pool().localBytes() == 0;
      try (Saver saver =
          starts ? Saver.open(scenario.options()) : Saver.openLazily(scenario.options())) {
        return scenario.call().run(saver);
      }
    });
  }

  private interface Work {
    Object run();
  }

  private static Outcome run(Work work) throws Exception {
    CompletableFuture<Outcome> done = new CompletableFuture<>();
    Thread thread = new Thread(
        () -> {
          try {
            done.complete(new Outcome(work.run(), null));
          } catch (Throwable e) {
            done.complete(new Outcome(null, e));
          }
        },
        "scenario");
    thread.setDaemon(true);
    thread.start();
    try {
      return done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      Thread.getAllStackTraces().forEach((each, stack) -> {
        System.err.println(each);
        List.of(stack).forEach(frame -> System.err.println("  " + frame));
      });
      throw new AssertionError("hangs", e);
    }
  }

  private void judge(
      String what,
      Scenario scenario,
      boolean failed,
      Outcome outcome,
      Object result,
      Map<String, String> old,
      Map<String, String> fresh) {
    if (failed) {
      injected++;
      inWorkers += control.failedElsewhere() ? 1 : 0;
    }
    Throwable thrown = outcome.thrown();
    Map<String, String> now = scenario.state();
    if (thrown == null) {
      check(Objects.equals(result, outcome.result()), what + ": another result", null);
      check(now.equals(fresh), what + ": no failure, but not all files are new", null);
      return;
    }
    check(failed, what + ": fails without a fault", thrown);
    check(thrown instanceof SaverException, what + ": not ours", thrown);
    String message = thrown.getMessage();
    check(message.contains(root.toString()), what + ": names no file", thrown);
    boolean afterwards = AFTERWARDS.stream().anyMatch(message::contains);
    Map<String, String> expected = new TreeMap<>(afterwards ? fresh : old);
    if (message.contains("of an earlier save")) {
      old.forEach(expected::putIfAbsent);
    }
    check(now.equals(expected), what + ": the target is not what it was", thrown);
  }

  /** In the folders and in shared memory, if need be after the next start, and among the handles of this process. */
  private void leavesNothing(String what, Outcome outcome) throws IOException {
    if (outcome.thrown() != null) {
      try (Stream<Path> runs = Files.list(shared)) {
        // A run that lost its lock file is taken for dead when it is not new any more.
        for (Path run : runs.toList()) {
          Files.setLastModifiedTime(run, FileTime.from(Instant.now().minusSeconds(60)));
        }
      }
      Sweep.of(shared);
    }
    try (Stream<Path> files = Files.walk(root)) {
      List<Path> left = files
          .filter(file -> file.startsWith(shared) && !file.equals(shared)
              || file.toString().contains("unfinished"))
          .toList();
      check(left.isEmpty(), what + " leaves " + left, outcome.thrown());
    }
    // Chronicle Queue closes its files from a thread of its own.
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!handles().isEmpty()) {
      check(System.nanoTime() < deadline, what + " leaves open " + handles(), outcome.thrown());
      Thread.onSpinWait();
    }
  }

  /** Files of ours that this process holds open. */
  private List<String> handles() throws IOException {
    try (Stream<Path> handles = Files.list(Path.of("/proc/self/fd"))) {
      return handles
          .map(FaultRuns::target)
          .filter(file -> file.startsWith(root.toString()))
          .toList();
    }
  }

  private static String target(Path handle) {
    try {
      return Files.readSymbolicLink(handle).toString();
    } catch (IOException e) {
      return "";
    }
  }

  private static void check(boolean right, String problem, Throwable cause) {
    if (!right) {
      throw new AssertionError(problem + (cause == null ? "" : ": " + cause), cause);
    }
  }
}
