package io.parallelsaver.bench;

import io.parallelsaver.SaverOptions;
import io.parallelsaver.bench.growth.GrowthCommand;
import io.parallelsaver.bench.kernels.KernelsCommand;
import io.parallelsaver.cli.ByteSize;
import io.parallelsaver.cli.Scratch;
import io.parallelsaver.cli.Subcommand;
import io.parallelsaver.cli.Syntax;
import io.parallelsaver.error.SaverException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** {@code parallel-saver bench}. */
public final class BenchCommand implements Subcommand {
  private static final int PAIRS = 7;
  private static final int QUICK_PAIRS = 2;
  private static final long SIZE = 1 << 30;
  private static final long QUICK_SIZE = 64 << 20;
  private static final long LEAST_SIZE = 1 << 20;

  final CommandSpec spec;
  Path json;
  Path html;
  boolean quick;
  List<String> only = List.of();
  Integer pairs;
  ByteSize size;
  Path directory;

  public BenchCommand() {
    Syntax syntax = new Syntax(
        this,
        "bench",
        "Measures this machine's saves and restores beside NumPy, the Python original and JetBrains npy.",
        "Ours and the peer's run in turn, with warm workers, touched memory and fresh files, and results are checked to be equal. A ratio is the peer's time by ours: above 1, ours is faster. Python is PARALLEL_SAVER_PYTHON, else python3.");
    syntax.examples(
        "  parallel-saver bench --quick                            a first look",
        "  parallel-saver bench --only \"save heap\" --only \"restore copy\"",
        "  parallel-saver bench --json bench.json --html bench.html",
        "  parallel-saver bench growth --quick                     how time and memory grow",
        "  parallel-saver bench kernels                            the inner loops, by JMH");
    syntax.subcommands("COMMAND", new GrowthCommand(), new KernelsCommand());
    syntax
        .option("--json", "FILE", Path.class, value -> json = value)
        .description("Write the ratios to a file, as JSON.");
    syntax
        .option("--html", "FILE", Path.class, value -> html = value)
        .description("Write a report with plots to a file, as one HTML page.");
    syntax
        .flag("--quick", value -> quick = value)
        .description("64 MiB and 2 pairs unless given otherwise, instead of 1 GiB and 7.");
    syntax
        .options("--only", "WORK", String.class, value -> only = value)
        .description("Only this work, by its name in the table. May be given more than once.");
    syntax
        .option("--pairs", "N", Integer.class, value -> pairs = value)
        .description(
            "How many times both sides run, after rounds to warm up until neither gets faster.");
    syntax
        .option("--size", "SIZE", ByteSize.class, value -> size = value)
        .description("Bytes of the arrays.");
    syntax
        .option("--dir", "DIR", Path.class, value -> directory = value)
        .description(
            "Where files are written: the current directory unless given. Its disk is what is measured.")
        .defaultValue(".");
    spec = syntax.spec();
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public Integer call() {
    int count = pairs != null ? pairs : quick ? QUICK_PAIRS : PAIRS;
    long bytes = size != null ? size.bytes() : quick ? QUICK_SIZE : SIZE;
    check(count >= 1, "--pairs must be at least 1, found " + count);
    check(bytes >= LEAST_SIZE, "--size must be at least 1 MiB, found " + bytes + " bytes");
    check(Files.isDirectory(directory), "--dir: there is no directory " + directory);
    Scale scale = Scale.of(bytes);
    SaverOptions options = SaverOptions.defaults();
    scale.checkRoom(options.pool().sharedMemory(), directory);
    Outcome outcome;
    try (Scratch scratch = Scratch.in(directory, "bench");
        Workbench bench =
            new Workbench(scale, options, scratch.path(), PythonPeer.start(scratch.path()))) {
      outcome = measure(bench, count);
    }
    TextReport.print(outcome, spec.commandLine().getOut());
    write(json, JsonReport.of(outcome));
    write(html, HtmlReport.of(outcome));
    return 0;
  }

  private Outcome measure(Workbench bench, int count) {
    List<Work> works = Works.on(bench);
    List<String> names = works.stream().map(Work::name).toList();
    for (String name : only) {
      check(
          names.contains(name),
          "--only: there is no work '" + name + "'; they are: " + String.join("; ", names));
    }
    List<Work> wanted = works.stream()
        .filter(work -> only.isEmpty() || only.contains(work.name()))
        .toList();
    Run run = new Run(bench, count, System.getenv("CI") != null, this::say);
    return run.of(wanted);
  }

  /** Progress goes where results do not. */
  private void say(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(line);
    err.flush();
  }

  private static void write(Path file, String text) {
    if (file != null) {
      try {
        Files.writeString(file, text);
      } catch (IOException e) {
        throw new SaverException("cannot write " + file + ": " + e, e);
      }
    }
  }

  private void check(boolean right, String otherwise) {
    if (!right) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }
}
