package io.parallelsaver.cli;

import io.parallelsaver.SaverOptions;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.service.Service;
import io.parallelsaver.service.ServiceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** {@code parallel-saver coordinator}. */
final class CoordinatorCommand implements Command {
  private static final int MOST_KEPT = 100_000;
  private static final int MOST_DAYS = 3650;
  private static final int MOST_GRACE = 3600;

  final CommandSpec spec;
  List<Path> roots;
  final RunDirectoryOption run;
  Path state;
  int parallel;
  int queue;
  ByteSize budget;
  int keep;
  int keepDays;
  int grace;
  Integer watchPort;
  final WorkerOptions workers;

  CoordinatorCommand() {
    Syntax syntax = new Syntax(
        this,
        "coordinator",
        "Serves requests of other processes, until a signal ends it.",
        "What 'parallel-saver submit' has been given an id for is done once, also if this process is killed or the machine restarts. Who may submit is"
            + " decided by the group of the run directory; what may be read and written, by the roots and this user's permissions.");
    syntax.examples(
        "  parallel-saver coordinator --root /data --root /scratch",
        "  parallel-saver coordinator --run-dir run --state-dir state --root .     for a try");
    syntax
        .options("--root", "DIR", Path.class, value -> roots = value)
        .description(
            "Requests may name files below this directory; several behind one another, or with colons between them. No symbolic link leads out. /var/lib/parallel-saver/files, unless given otherwise.")
        .defaultValue("/var/lib/parallel-saver/files")
        .splitRegex(":");
    run = new RunDirectoryOption(syntax);
    syntax
        .option("--state-dir", "DIR", Path.class, value -> state = value)
        .description(
            "Where the journal of the requests is, on a disk: /var/lib/parallel-saver, unless given otherwise.")
        .defaultValue("/var/lib/parallel-saver");
    syntax
        .option("--parallel", "N", int.class, value -> parallel = value)
        .description("Requests at a time, each with workers of its own: 1 to 64, 2 unless given.")
        .defaultValue("2");
    syntax
        .option("--queue", "N", int.class, value -> queue = value)
        .description(
            "Most requests that wait, 1000 unless given. What is submitted then is refused, with exit code 1.")
        .defaultValue("1000");
    syntax
        .option("--shared-memory-budget", "SIZE", ByteSize.class, value -> budget = value)
        .description(
            "Shared memory that the requests at work may need together; others wait. Half of what there is, unless given.");
    syntax
        .option("--keep", "N", int.class, value -> keep = value)
        .description("So many requests that have ended are remembered, 1000 unless given.")
        .defaultValue("1000");
    syntax
        .option("--keep-days", "DAYS", int.class, value -> keepDays = value)
        .description("For so many days, 7 unless given.")
        .defaultValue("7");
    syntax
        .option("--stop-grace", "SECONDS", int.class, value -> grace = value)
        .description(
            "After SIGTERM, requests at work go on for so long, 20 unless given. Then they are stopped, and begun again by the next start.")
        .defaultValue("20");
    syntax
        .option("--watch-port", "PORT", Integer.class, value -> watchPort = value)
        .description(
            "Serve a page with figures and requests, and metrics for Prometheus, at this port of 127.0.0.1, to every user of this machine: 0 to 65535, 0 for any that is free. Nothing is served unless this is given.");
    workers = new WorkerOptions(syntax);
    spec = syntax.spec();
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public Integer call() {
    Jars.keepOpen();
    check("--parallel", parallel, 1, ServiceOptions.MOST_PARALLEL);
    check("--queue", queue, 1, MOST_KEPT);
    check("--keep", keep, 0, MOST_KEPT);
    check("--keep-days", keepDays, 0, MOST_DAYS);
    check("--stop-grace", grace, 0, MOST_GRACE);
    check("--watch-port", watchPort == null ? 0 : watchPort, 0, WatchCommand.HIGHEST_PORT);
    SaverOptions saver = workers.options(Long.MAX_VALUE).withLocalBytes(0);
    if (workers.workers == null) {
      int each = saver.pool().workers() / Math.max(1, parallel);
      saver = saver.withWorkers(Math.max(1, each));
    }
    return Service.run(
        options(saver), watchPort == null ? OptionalInt.empty() : OptionalInt.of(watchPort));
  }

  private void check(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(), option + " " + value + ": should be " + least + " to " + most);
    }
  }

  private ServiceOptions options(SaverOptions saver) {
    try {
      return new ServiceOptions(
          run.directory,
          state,
          roots,
          saver,
          parallel,
          queue,
          budget == null ? half(saver) : budget.bytes(),
          keep,
          Duration.ofDays(keepDays),
          Duration.ofSeconds(grace));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "--shared-memory-budget: " + e.getMessage(), e);
    }
  }

  /** But one large request must fit: it makes do with what there is. */
  private static long half(SaverOptions saver) {
    Path directory = saver.pool().sharedMemory();
    try {
      long there = Files.getFileStore(directory).getTotalSpace();
      return Math.max(ServiceOptions.largest(saver.pool()), there / 2);
    } catch (IOException e) {
      throw new SaverException("cannot look at shared memory " + directory + ": " + e, e);
    }
  }
}
