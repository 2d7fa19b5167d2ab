package io.parallelsaver.bench.chaos;

import io.parallelsaver.error.SaverException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/** One command, one blow, and what is found then. */
final class Trial {
  /** How long workers may outlive their coordinator. */
  private static final long LAST_BREATH_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long LOOK_NANOS = 200_000;

  private final Ground ground;
  private final Operation operation;
  private final RandomGenerator random;
  private final String before;
  private final String after;

  Trial(Ground ground, Operation operation, RandomGenerator random) {
    this.ground = ground;
    this.operation = operation;
    this.random = random;
    if (operation.hasTarget() && random.nextInt(4) == 0) {
      ground.clear(operation);
    }
    this.before = ground.held(operation);
    this.after =
        Ground.VERSIONS.get(before == null ? random.nextInt(2) : 1 - Integer.parseInt(before));
  }

  private Child start(List<String> options) {
    List<String> arguments = operation.arguments(ground.scratch(), after);
    arguments.addAll(options);
    return Child.start(arguments);
  }

  /** Lets the command finish, and returns how long it was at work, in nanoseconds. */
  long undisturbed() {
    try (Child child = start(List.of())) {
      awaitWork(child);
      long begin = System.nanoTime();
      while (child.isAlive() && !child.said().contains(DriveCommand.RETURNED)) {
        LockSupport.parkNanos(LOOK_NANOS);
      }
      long took = System.nanoTime() - begin;
      child.expect(0);
      String wrong = finished(child);
      if (!wrong.isEmpty()) {
        throw new SaverException("without any kill: " + wrong + "\n" + child);
      }
      return took;
    }
  }

  /**
   * Strikes when the command has been at work for some time.
   *
   * @param most the longest time, in nanoseconds
   */
  Verdict of(Kind kind, long most) {
    Map<Path, Object> was = ground.identity(operation);
    try (Child child = start(kind.options())) {
      Sighting seen = awaitWork(child);
      long begin = System.nanoTime();
      long delay = random.nextLong(Math.max(1, most));
      while (child.isAlive() && System.nanoTime() - begin < delay) {
        LockSupport.parkNanos(Math.min(LOOK_NANOS, delay));
      }
      seen = Sighting.of(child.pid());
      List<ProcessHandle> workers = seen.handles();
      boolean landed = child.isAlive()
          && seen.working()
          && workers.size() == seen.workers().size()
          && workers.stream().noneMatch(Sighting::gone)
          && unfinishedIsThere()
          && kind.strike(child, workers, random);
      if (kind.outlived()) {
        // Whoever had finished by now had done so before the blow, or may have.
        landed &= child.isAlive() && ground.identity(operation).equals(was) && !returned(child);
      }
      int exit = child.exit();
      if (!kind.outlived()) {
        landed &= ground.identity(operation).equals(was)
            && !returned(child)
            && (kind == Kind.TERM || unfinishedIsThere());
      }
      return judge(kind, child, exit, landed, workers);
    }
  }

  private Sighting awaitWork(Child child) {
    Sighting seen = Sighting.of(child.pid());
    while (child.isAlive() && !(seen.working() && unfinishedIsThere())) {
      LockSupport.parkNanos(LOOK_NANOS);
      seen = Sighting.of(child.pid());
    }
    return seen;
  }

  private boolean unfinishedIsThere() {
    return !operation.hasTarget() || !ground.unfinished(operation).isEmpty();
  }

  private static boolean returned(Child child) {
    return child.said().contains(DriveCommand.RETURNED);
  }

  private Verdict judge(
      Kind kind, Child child, int exit, boolean landed, List<ProcessHandle> workers) {
    List<String> wrong = new ArrayList<>();
    List<String> leaked = new ArrayList<>();
    // A blow that fell too late finds a command that has done its work.
    if (exit != kind.exit() && (landed || exit != 0 && exit != kind.exit())) {
      wrong.add("exit " + exit + ", expected " + kind.exit());
    }
    long outlive = System.nanoTime() + LAST_BREATH_NANOS;
    while (!workers.stream().allMatch(Sighting::gone) && System.nanoTime() < outlive) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
    workers.stream()
        .filter(worker -> !Sighting.gone(worker))
        .forEach(worker -> leaked.add("worker " + worker.pid() + " after 5 s"));
    boolean died = exit == Kind.KILLED;
    boolean verified = false;
    if (died) {
      // The next start, or clean, whichever comes first, removes what it has left.
      verified = before != null && !operation.isDirectory() && random.nextBoolean();
      if (verified) {
        Child.run("verify", operation.target(ground.scratch()).toString(), "--workers", "1");
      } else {
        Child.run("clean");
      }
    }
    Sighting.runs(child.pid()).forEach(run -> leaked.add(run.toString()));
    ground.strangers(operation).forEach(file -> leaked.add(file.toString()));
    String result = exit == 0 ? finished(child) : unfinished(landed);
    if (!result.isEmpty()) {
      wrong.add(result);
    }
    if (operation.hasTarget()
        && ground.held(operation) != null
        && !verified
        && Files.exists(operation.target(ground.scratch()))) {
      Child.run("verify", operation.target(ground.scratch()).toString());
    }
    String said = " (" + operation + ", " + before + " to " + after + ")\n" + child;
    return new Verdict(
        landed,
        wrong.isEmpty() ? null : String.join("; ", wrong) + said,
        leaked.isEmpty() ? null : String.join("; ", leaked) + said);
  }

  /** What is wrong after a command that has succeeded. */
  private String finished(Child child) {
    if (!operation.hasTarget()) {
      return ground.wrongSums(child.said(), after);
    }
    ground.hold(operation, after);
    return ground.wrong(operation, after);
  }

  /** What is wrong after one that has not. */
  private String unfinished(boolean landed) {
    if (!operation.hasTarget()) {
      return "";
    }
    String old = ground.wrong(operation, before);
    if (landed || old.isEmpty()) {
      return old;
    }
    // It had taken its name before the blow fell, or some of the files in a folder had.
    if (operation.isDirectory()) {
      String wrong = ground.wrongMixture(operation);
      ground.clear(operation);
      return wrong;
    }
    ground.hold(operation, after);
    return ground.wrong(operation, after);
  }
}
