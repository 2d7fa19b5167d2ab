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
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code parallel-saver coordinator}. */
@Command(
    name = "coordinator",
    description = {
      "Serves requests of other processes, until a signal ends it.",
      "What 'parallel-saver submit' has been given an id for is done once, also if this process is killed or the machine restarts. Who may submit is"
          + " decided by the group of the run directory; what may be read and written, by the roots and this user's permissions."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallel-saver coordinator --root /data --root /scratch",
      "  parallel-saver coordinator --run-dir run --state-dir state --root .     for a try"
    })
final class CoordinatorCommand implements Callable<Integer> {
  private static final int MOST_KEPT = 100_000;
  private static final int MOST_DAYS = 3650;
  private static final int MOST_GRACE = 3600;

  @Spec
  CommandSpec spec;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      split = ":",
      defaultValue = "/var/lib/parallel-saver/files",
      description =
          "Requests may name files below this directory; several behind one another, or with colons between them. No symbolic link leads out. /var/lib/parallel-saver/files, unless given otherwise.")
  List<Path> roots;

  @Mixin
  RunDirectoryOption run;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      defaultValue = "/var/lib/parallel-saver",
      description =
          "Where the journal of the requests is, on a disk: /var/lib/parallel-saver, unless given otherwise.")
  Path state;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      defaultValue = "2",
      description = "Requests at a time, each with workers of its own: 1 to 64, 2 unless given.")
  int parallel;

  @Option(
      names = "--queue",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "Most requests that wait, 1000 unless given. What is submitted then is refused, with exit code 1.")
  int queue;

  @Option(
      names = "--shared-memory-budget",
      paramLabel = "SIZE",
      description =
          "Shared memory that the requests at work may need together; others wait. Half of what there is, unless given.")
  ByteSize budget;

  @Option(
      names = "--keep",
      paramLabel = "N",
      defaultValue = "1000",
      description = "So many requests that have ended are remembered, 1000 unless given.")
  int keep;

  @Option(
      names = "--keep-days",
      paramLabel = "DAYS",
      defaultValue = "7",
      description = "For so many days, 7 unless given.")
  int keepDays;

  @Option(
      names = "--stop-grace",
      paramLabel = "SECONDS",
      defaultValue = "20",
      description =
          "After SIGTERM, requests at work go on for so long, 20 unless given. Then they are stopped, and begun again by the next start.")
  int grace;

  @Option(
      names = "--watch-port",
      paramLabel = "PORT",
      description =
          "Serve a page with figures and requests, and metrics for Prometheus, at this port of 127.0.0.1, to every user of this machine: 0 to 65535, 0 for any that is free. Nothing is served unless this is given.")
  Integer watchPort;

  @Mixin
  WorkerOptions workers;

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
