package io.parallelsaver.bench.chaos;

import io.parallelsaver.error.SaverException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Whom to kill. A kind of its own for each promise. */
enum Kind {
  WORKER("crash worker"),
  WORKERS("crash all workers"),
  COORDINATOR("crash coordinator"),
  ALL("crash all"),
  STOP("stop worker"),
  TERM("terminate");

  /** Seconds after which a stopped worker shall be killed, also where many processes share few processors. */
  private static final int STALL_SECONDS = 2;

  static final int KILLED = 137;
  static final int TERMINATED = 143;

  private final String label;

  Kind(String label) {
    this.label = label;
  }

  static Kind of(String text) {
    return Arrays.stream(values())
        .filter(kind -> kind.label.equals(text))
        .findAny()
        .orElseThrow(
            () -> new IllegalArgumentException("there is no kind '" + text + "'; they are: "
                + String.join("; ", Arrays.stream(values()).map(Kind::toString).toList())));
  }

  /** What the command must end with. */
  int exit() {
    return outlived() ? 0 : this == TERM ? TERMINATED : KILLED;
  }

  /** Whether the coordinator is spared, and has to finish. */
  boolean outlived() {
    return this == WORKER || this == WORKERS || this == STOP;
  }

  /** What the command is to be told besides. */
  List<String> options() {
    return this == STOP ? List.of("--stall-timeout", "" + STALL_SECONDS) : List.of();
  }

  /** Sends the signals, as close together as can be. False if one of the victims was not there any more. */
  boolean strike(Child child, List<ProcessHandle> workers, RandomGenerator random) {
    return switch (this) {
      case WORKER -> workers.get(random.nextInt(workers.size())).destroyForcibly();
      case WORKERS -> kill(workers);
      case STOP -> stop(workers.get(random.nextInt(workers.size())));
      case COORDINATOR -> child.handle().destroyForcibly();
      case ALL -> child.handle().destroyForcibly() & kill(workers);
      case TERM -> child.handle().destroy();
    };
  }

  /** Nothing in Java sends this signal. */
  private static boolean stop(ProcessHandle worker) {
    try {
      return new ProcessBuilder("kill", "-STOP", "" + worker.pid()).start().waitFor() == 0;
    } catch (IOException e) {
      throw new SaverException("cannot stop worker " + worker.pid() + ": " + e, e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean kill(List<ProcessHandle> workers) {
    boolean all = true;
    for (ProcessHandle worker : workers) {
      all &= worker.destroyForcibly();
    }
    return all;
  }

  @Override
  public String toString() {
    return label;
  }
}
