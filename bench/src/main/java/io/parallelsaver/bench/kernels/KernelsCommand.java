package io.parallelsaver.bench.kernels;

import io.parallelsaver.cli.Command;
import io.parallelsaver.cli.Scratch;
import io.parallelsaver.cli.Syntax;
import io.parallelsaver.cli.Table;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.pool.PoolOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Model.CommandSpec;

/** {@code parallel-saver bench kernels}. */
public final class KernelsCommand implements Command {
  private static final String PACKAGE = KernelsCommand.class.getPackageName() + ".";
  private static final String BYTES = "bytes";
  private static final TimeValue ITERATION = TimeValue.milliseconds(500);
  private static final TimeValue QUICK_ITERATION = TimeValue.milliseconds(100);
  private static final double MICROS_OF_GIB = 1e6 / (1 << 30);
  private static final List<String> HEADINGS = List.of("kernel", "µs", "±", "GiB/s");

  final CommandSpec spec;
  Path json;
  boolean quick;

  public KernelsCommand() {
    Syntax syntax = new Syntax(
        this,
        "kernels",
        "Measures the inner loops alone, with JMH, each in a JVM of its own.",
        "That has this one's flags, and both compilers; PARALLEL_SAVER_OPTS=-XX:TieredStopAtLevel=1 leaves it the one that workers have.");
    syntax
        .option("--json", "FILE", Path.class, value -> json = value)
        .description("Write the results to a file, in JMH's JSON.");
    syntax
        .flag("--quick", value -> quick = value)
        .description(
            "One short iteration of each, in this JVM and cold: shows that they run, not how fast.");
    spec = syntax.spec();
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  /** A place for a kernel's files in shared memory; the kernel closes it. */
  static Scratch scratch() {
    return Scratch.in(PoolOptions.defaults().sharedMemory(), "kernels");
  }

  @Override
  public Integer call() {
    // Its lock is a file that stays in the directory for temporary files.
    System.setProperty("jmh.ignoreLock", "true");
    PrintWriter err = spec.commandLine().getErr();
    err.println(quick ? "kernels" : "kernels: takes about a minute");
    err.flush();
    ChainedOptionsBuilder options = new OptionsBuilder()
        .include("^" + Pattern.quote(PACKAGE))
        .shouldFailOnError(true)
        .verbosity(VerboseMode.SILENT)
        .forks(quick ? 0 : 1)
        .warmupIterations(quick ? 0 : 3)
        .warmupTime(ITERATION)
        .measurementIterations(quick ? 1 : 5)
        .measurementTime(quick ? QUICK_ITERATION : ITERATION);
    if (json != null) {
      options.resultFormat(ResultFormatType.JSON).result(json.toString());
    }
    try {
      print(new Runner(options.build()).run());
    } catch (RunnerException e) {
      throw new SaverException("cannot measure the kernels: " + e.getMessage(), e);
    }
    return 0;
  }

  private void print(Collection<RunResult> results) {
    PrintWriter out = spec.commandLine().getOut();
    Table table = new Table("lrrr", HEADINGS);
    List<List<String>> rows = results.stream().map(KernelsCommand::row).toList();
    rows.forEach(table::measure);
    table.print(out, HEADINGS);
    rows.forEach(row -> table.print(out, row));
    out.println(
        "The mean time of a call, of a member for Archive; ± is half of the 99.9 % interval.");
    out.flush();
  }

  private static List<String> row(RunResult result) {
    BenchmarkParams params = result.getParams();
    String details = params.getParamsKeys().stream()
        .map(key -> " " + key + "=" + params.getParam(key))
        .collect(Collectors.joining());
    double micros = result.getPrimaryResult().getScore();
    double error = result.getPrimaryResult().getScoreError();
    String bytes = params.getParam(BYTES);
    return List.of(
        params.getBenchmark().substring(PACKAGE.length()) + details,
        number("%.3f", micros),
        Double.isNaN(error) ? "" : number("%.3f", error),
        bytes == null ? "" : number("%.2f", Long.parseLong(bytes) * MICROS_OF_GIB / micros));
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
