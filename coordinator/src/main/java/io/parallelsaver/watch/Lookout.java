package io.parallelsaver.watch;

import io.parallelsaver.shm.Counters;
import io.parallelsaver.shm.RunView;
import io.parallelsaver.shm.StatusReading;
import io.parallelsaver.shm.StatusReading.Call;
import io.parallelsaver.shm.WorkerRow;
import io.parallelsaver.watch.Figures.Space;
import io.parallelsaver.watch.RequestList.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at figures again and again, and remembers the last minutes. For any thread. */
final class Lookout implements AutoCloseable {
  static final int INTERVAL_MILLIS = 1000;
  private static final int SAMPLES = 300;

  private final Figures figures;
  private final RequestList requests;
  private final Path sharedMemory;
  private final Totals totals = new Totals();
  private final Deque<Sample> samples = new ArrayDeque<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "parallel-saver-lookout");
        thread.setDaemon(true);
        return thread;
      });

  /** All there is to be seen at one moment. */
  record Look(
      Instant at, List<RunView> runs, Counters totals, List<Request> requests, Space space) {
    long workers(WorkerRow.State state) {
      return live()
          .flatMap(run -> run.workers().stream())
          .filter(row -> row.state() == state)
          .count();
    }

    /** Runs whose coordinators live. */
    private Stream<RunView> live() {
      return runs.stream().filter(RunView::live);
    }

    long dead() {
      return runs.size() - live().count();
    }

    int jobsOut() {
      return statuses().mapToInt(StatusReading::jobsOut).sum();
    }

    int arenaSlots() {
      return statuses().mapToInt(StatusReading::arenaSlots).sum();
    }

    int arenaSlotsUsed() {
      return statuses().mapToInt(StatusReading::arenaSlotsUsed).sum();
    }

    /** Calls that are under way. */
    long calls() {
      return statuses()
          .filter(status -> status.call().filter(Call::underWay).isPresent())
          .count();
    }

    private Stream<StatusReading> statuses() {
      return live().flatMap(run -> run.status().stream());
    }
  }

  /** What is plotted. */
  record Sample(Instant at, long bytesWritten, long bytesRead, int jobsOut, int slotsUsed) {}

  Lookout(Figures figures, RequestList requests, Path sharedMemory) {
    this.figures = figures;
    this.requests = requests;
    this.sharedMemory = sharedMemory;
    clock.scheduleAtFixedRate(this::sample, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  Look look() throws IOException {
    List<RunView> runs = figures.runs();
    return new Look(
        Instant.now(), runs, totals.with(runs), requests.requests(), Space.of(sharedMemory));
  }

  private void sample() {
    try {
      Look look = look();
      add(new Sample(
          look.at(),
          look.totals().bytesWritten(),
          look.totals().bytesRead(),
          look.jobsOut(),
          look.arenaSlotsUsed()));
    } catch (IOException | RuntimeException e) {
      log().debug("cannot look at the runs", e);
    }
  }

  private synchronized void add(Sample sample) {
    samples.add(sample);
    if (samples.size() > SAMPLES) {
      samples.remove();
    }
  }

  /** The last minutes, oldest first. */
  synchronized List<Sample> samples() {
    return List.copyOf(samples);
  }

  @Override
  public void close() {
    clock.shutdown();
  }

  private static Logger log() {
    return LoggerFactory.getLogger(Lookout.class);
  }
}
