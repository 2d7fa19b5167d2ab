package io.parallelsaver.cli;

import io.parallelsaver.shm.Counters;
import io.parallelsaver.shm.RunView;
import io.parallelsaver.shm.StatusReading;
import io.parallelsaver.shm.StatusReading.Call;
import io.parallelsaver.shm.WorkerRow;
import io.parallelsaver.watch.Figures.Space;
import io.parallelsaver.watch.Speeds;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Runs as lines of text: what {@code top} shows. */
final class TopView {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());
  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
          "yyyy-MM-dd HH:mm:ss", Locale.ROOT)
      .withZone(ZoneId.systemDefault());
  private static final String INDENT = "  ";

  private final Speeds speeds;
  private final Instant now;
  private final List<String> lines = new ArrayList<>();

  private TopView(Speeds speeds, Instant now) {
    this.speeds = speeds;
    this.now = now;
  }

  /**
   * Shows runs.
   *
   * @param speeds has looked at these runs
   */
  static List<String> lines(List<RunView> runs, Space space, Speeds speeds, Instant now) {
    TopView view = new TopView(speeds, now);
    view.lines.add(String.format(
        Locale.ROOT,
        "parallel-saver  %s  %s  shared memory: %s free of %s",
        CLOCK.format(now),
        Summary.count(runs.size(), "run"),
        ByteSize.text(space.free()),
        ByteSize.text(space.total())));
    for (RunView run : runs) {
      view.lines.add("");
      view.run(run);
    }
    return view.lines.stream().map(Plain::printable).map(String::stripTrailing).toList();
  }

  private void run(RunView run) {
    String name = run.path() + "  pid " + run.pid() + "  user " + run.user();
    if (run.status().isEmpty()) {
      lines.add(name + (run.live() ? "" : "  DEAD"));
      lines.add(INDENT + "nothing is known of it: " + run.problem());
    } else {
      StatusReading status = run.status().get();
      lines.add(name + "  "
          + (run.live()
              ? "up " + since(status.began())
              : "DEAD, last sign of life " + DATE.format(status.seen()) + ", "
                  + since(status.seen()) + " ago"));
      call(run, status);
      totals(status);
      if (!status.lastError().isEmpty()) {
        lines.add(
            INDENT + "last error " + DATE.format(status.lastErrorAt()) + ": " + status.lastError());
      }
    }
    workers(run);
  }

  private String since(Instant then) {
    return Plain.time(Duration.between(then, now));
  }

  private void call(RunView run, StatusReading status) {
    if (status.call().isEmpty()) {
      lines.add(INDENT + (run.live() ? "no call yet" : "it had no call"));
      return;
    }
    Call call = status.call().get();
    String what = call.kind().label() + " " + call.target();
    if (!call.underWay()) {
      lines.add(INDENT + "idle; last: " + what + ", ended " + since(call.ended()) + " ago");
      return;
    }
    lines.add(INDENT + (run.live() ? "" : "it was at: ") + what);
    String done = call.bytesTotal() == 0
        ? ""
        : String.format(
            Locale.ROOT,
            "%s of %s (%d %%)  ",
            ByteSize.text(call.bytesDone()),
            ByteSize.text(call.bytesTotal()),
            100 * call.bytesDone() / call.bytesTotal());
    OptionalDouble speed = speeds.of(run);
    lines.add(INDENT + INDENT + call.arraysDone() + "/" + call.arraysTotal() + " arrays  " + done
        + (speed.isPresent() ? ByteSize.text((long) speed.getAsDouble()) + "/s  " : "") + "for "
        + Plain.time(Duration.between(call.began(), run.live() ? now : status.seen())));
  }

  private void totals(StatusReading status) {
    Counters counters = status.counters();
    long jobs = counters.jobCount();
    lines.add(INDENT
        + String.format(
            Locale.ROOT,
            "jobs out %d, done %d%s  arena %d/%d slots  written %s  read %s",
            status.jobsOut(),
            jobs,
            jobs == 0
                ? ""
                : String.format(Locale.ROOT, " (mean %.1f ms)", counters.jobNanos() / 1e6 / jobs),
            status.arenaSlotsUsed(),
            status.arenaSlots(),
            ByteSize.text(counters.bytesWritten()),
            ByteSize.text(counters.bytesRead())));
    lines.add(INDENT
        + String.format(
            Locale.ROOT,
            "calls done %d, failed %d  workers replaced %d",
            counters.done(),
            counters.failed(),
            counters.workersReplaced()));
  }

  private void workers(RunView run) {
    if (run.workers().isEmpty()) {
      return;
    }
    Table table =
        new Table("rrlrrr", List.of("worker", "pid", "at", "jobs", "moved", "per second"));
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("worker", "pid", "at", "jobs", "moved", "per second"));
    for (WorkerRow worker : run.workers()) {
      OptionalDouble speed = speeds.of(run, worker);
      List<String> row = List.of(
          Integer.toString(worker.worker()),
          worker.pid() == 0 ? "-" : Long.toString(worker.pid()),
          at(worker),
          Long.toString(worker.jobs()),
          ByteSize.text(worker.bytes()),
          speed.isPresent() ? ByteSize.text((long) speed.getAsDouble()) : "-");
      table.measure(row);
      rows.add(row);
    }
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    rows.forEach(row -> table.print(out, row));
    text.toString().lines().forEach(line -> lines.add(INDENT + INDENT + line));
  }

  private static String at(WorkerRow worker) {
    return worker.state() == WorkerRow.State.BUSY
        ? "job " + worker.job() + " of call " + worker.call()
        : worker.state().name().toLowerCase(Locale.ROOT);
  }
}
