package io.parallelsaver.cli;

import io.parallelsaver.error.InputException;
import io.parallelsaver.watch.Figures;
import io.parallelsaver.watch.RequestList;
import io.parallelsaver.watch.WatchServer;
import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** {@code parallel-saver watch}. */
final class WatchCommand implements Command {
  static final int HIGHEST_PORT = 65535;

  final CommandSpec spec;
  int port;
  boolean metricsOnly;
  boolean all;
  final SharedMemoryOption sharedMemory;

  WatchCommand() {
    Syntax syntax = new Syntax(
        this,
        "watch",
        "Serves a page with figures of all runs, and metrics for Prometheus, until it is ended.",
        "Only on this machine, at 127.0.0.1; but to every user of it, and the page tells names of files.");
    syntax.examples(
        "  parallel-saver watch                    http://127.0.0.1:9464/ and /metrics",
        "  parallel-saver watch --metrics-only --port 9999");
    syntax
        .option("--port", "PORT", int.class, value -> port = value)
        .description("TCP port: ${DEFAULT-VALUE}; 0 takes any that is free.")
        .defaultValue("9464");
    syntax.flag("--metrics-only", value -> metricsOnly = value).description("Serve no page.");
    syntax
        .flag("--all", value -> all = value)
        .description("Other users' runs too, where they may be read.");
    sharedMemory = new SharedMemoryOption(syntax);
    spec = syntax.spec();
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

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
