package io.parallelsaver.watch;

import io.parallelsaver.shm.Counters;
import io.parallelsaver.shm.RunView;
import io.parallelsaver.shm.StatusReading;
import io.parallelsaver.shm.StatusReading.Call;
import io.parallelsaver.shm.WorkerRow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Bytes per second, from one look to the next. */
public final class Speeds {
  private static final double NANOS = 1e9;

  private Map<Path, RunView> before = Map.of();
  private Map<Path, RunView> now = Map.of();
  private long lookedAt;
  private double seconds;

  /** Takes the runs as they are now. */
  public void look(List<RunView> runs) {
    long time = System.nanoTime();
    seconds = (time - lookedAt) / NANOS;
    lookedAt = time;
    before = now;
    now = runs.stream().collect(Collectors.toMap(RunView::path, Function.identity()));
  }

  /** Bytes per second of a run since the last look, or, if there was none, of the call under way since it began; empty if neither is known. */
  public OptionalDouble of(RunView run) {
    RunView earlier = before.get(run.path());
    if (!run.live() || run.status().isEmpty()) {
      return OptionalDouble.empty();
    }
    StatusReading status = run.status().get();
    if (earlier != null && earlier.status().isPresent()) {
      return OptionalDouble.of(
          (moved(status.counters()) - moved(earlier.status().get().counters())) / seconds);
    }
    return status
        .call()
        .filter(Call::underWay)
        .map(call -> average(call, status))
        .orElse(OptionalDouble.empty());
  }

  private static OptionalDouble average(Call call, StatusReading status) {
    double elapsed = Duration.between(call.began(), status.seen()).toMillis() / 1e3;
    return elapsed > 0 ? OptionalDouble.of(call.bytesDone() / elapsed) : OptionalDouble.empty();
  }

  private static long moved(Counters counters) {
    return counters.bytesWritten() + counters.bytesRead();
  }

  /** Bytes per second of a worker since the last look, of jobs that are done; empty if it is not known. */
  public OptionalDouble of(RunView run, WorkerRow worker) {
    RunView earlier = before.get(run.path());
    if (!run.live() || earlier == null) {
      return OptionalDouble.empty();
    }
    return earlier.workers().stream()
        .filter(row -> row.worker() == worker.worker())
        .mapToDouble(row -> (worker.bytes() - row.bytes()) / seconds)
        .findFirst();
  }
}
