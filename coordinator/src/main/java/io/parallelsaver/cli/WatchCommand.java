package io.parallelsaver.cli;

import io.parallelsaver.error.InputException;
import io.parallelsaver.watch.Figures;
import io.parallelsaver.watch.RequestList;
import io.parallelsaver.watch.WatchServer;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code parallel-saver watch}. */
@Command(
    name = "watch",
    description = {
      "Serves a page with figures of all runs, and metrics for Prometheus, until it is ended.",
      "Only on this machine, at 127.0.0.1; but to every user of it, and the page tells names of files."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallel-saver watch                    http://127.0.0.1:9464/ and /metrics",
      "  parallel-saver watch --metrics-only --port 9999"
    })
final class WatchCommand implements Callable<Integer> {
  static final int HIGHEST_PORT = 65535;

  @Spec
  CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "9464",
      description = "TCP port: ${DEFAULT-VALUE}; 0 takes any that is free.")
  int port;

  @Option(names = "--metrics-only", description = "Serve no page.")
  boolean metricsOnly;

  @Option(names = "--all", description = "Other users' runs too, where they may be read.")
  boolean all;

  @Mixin
  SharedMemoryOption sharedMemory;

  @Override
  public Integer call() throws InterruptedException {
    if (port < 0 || port > HIGHEST_PORT) {
      throw new ParameterException(
          spec.commandLine(), "--port must be 0 to " + HIGHEST_PORT + ", found " + port);
    }
    if (!Files.isDirectory(sharedMemory.directory)) {
      throw new InputException("there is no directory " + sharedMemory.directory);
    }
    try (WatchServer server = WatchServer.open(
        new WatchServer.Options(port, !metricsOnly, true),
        Figures.of(sharedMemory.directory, all),
        RequestList.NONE,
        sharedMemory.directory)) {
      spec.commandLine()
          .getOut()
          .println("serving http://127.0.0.1:" + server.port()
              + (metricsOnly
                  ? "/metrics"
                  : "/ and http://127.0.0.1:" + server.port() + "/metrics"));
      spec.commandLine().getOut().flush();
      // Until a signal ends it all.
      new CountDownLatch(1).await();
    }
    return 0;
  }
}
