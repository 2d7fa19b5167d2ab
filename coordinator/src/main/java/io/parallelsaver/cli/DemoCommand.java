package io.parallelsaver.cli;

import io.parallelsaver.SaverOptions;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** {@code parallel-saver demo}. */
final class DemoCommand implements Command, JsonOption.Carrier {
  final CommandSpec spec;
  ByteSize size;
  int count;
  int rounds;
  Path directory;
  final WorkerOptions workers;
  final JsonOption json;

  DemoCommand() {
    Syntax syntax = new Syntax(
        this,
        "demo",
        "Shows how fast this machine saves and restores, and that not a bit is lost.",
        "Saves float64 arrays to a fresh directory, restores them, compares all values, verifies the archive; NumPy does the same in turn if there is a Python with NumPy (PARALLEL_SAVER_PYTHON, else python3). Everything is removed afterwards.");
    syntax.examples(
        "  parallel-saver demo                                     1 GiB in 8 arrays: needs 4 GiB of memory and 2 GiB of disk",
        "  parallel-saver demo --size 64MiB --arrays 100 --dir /data");
    syntax
        .option("--size", "SIZE", ByteSize.class, value -> size = value)
        .description(
            "Bytes of all arrays: 1GiB unless given. Less is taken if there is no room for it.")
        .defaultValue("1GiB");
    syntax
        .option("--arrays", "N", int.class, value -> count = value)
        .description("Number of arrays: 8 unless given.")
        .defaultValue("8");
    syntax
        .option("--rounds", "N", int.class, value -> rounds = value)
        .description("Rounds, of which the median counts, after one to warm up: 3 unless given.")
        .defaultValue("3");
    syntax
        .option("--dir", "DIR", Path.class, value -> directory = value)
        .description(
            "Where the fresh directory is made: the current one unless given. Its disk is what is measured.")
        .defaultValue(".");
    workers = new WorkerOptions(syntax);
    json = new JsonOption(syntax);
    spec = syntax.spec();
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public Integer call() {
    check(count >= 1 && count <= 100_000, "--arrays must be 1 to 100000, found " + count);
    check(rounds >= 1 && rounds <= 100, "--rounds must be 1 to 100, found " + rounds);
    check(Files.isDirectory(directory), "--dir: there is no directory " + directory);
    SaverOptions options = workers.options(size.bytes());
    DemoSize fitting = DemoSize.fitting(size.bytes(), count, options.pool(), directory);
    PrintWriter out = json.wanted
        ? new PrintWriter(PrintWriter.nullWriter())
        : spec.commandLine().getOut();
    if (fitting.limit() != null) {
      say(
          out,
          "taking " + ByteSize.text(fitting.bytes()) + " instead of " + size + ": "
              + fitting.limit());
    }
    DemoResult result;
    try (Scratch scratch = Scratch.in(directory, "demo");
        DemoRun run = new DemoRun(options, fitting, scratch.path(), line -> say(out, line))) {
      result = run.rounds(rounds);
    }
    if (json.wanted) {
      Json.print(spec.commandLine().getOut(), result::json);
    } else {
      result.print(out);
    }
    return 0;
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }

  private void check(boolean right, String otherwise) {
    if (!right) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }

  @Override
  public JsonOption json() {
    return json;
  }
}
