package io.parallelsaver.bench.growth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.parallelsaver.cli.Command;
import io.parallelsaver.cli.Scratch;
import io.parallelsaver.cli.Syntax;
import io.parallelsaver.error.SaverException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** {@code parallel-saver bench growth}. */
public final class GrowthCommand implements Command {
  private static final Map<String, Function<Conditions, Experiment>> EXPERIMENTS =
      new LinkedHashMap<>();

  static {
    EXPERIMENTS.put("members", MemberGrowth::new);
    EXPERIMENTS.put("bytes", ByteGrowth::new);
    EXPERIMENTS.put("index", IndexGrowth::new);
    EXPERIMENTS.put("coordinator", CoordinatorCost::new);
    EXPERIMENTS.put("idle", IdleCost::new);
    EXPERIMENTS.put("first_job", FirstJob::new);
    EXPERIMENTS.put("sharing", Sharing::new);
  }

  final CommandSpec spec;
  Path json;
  boolean quick;
  List<String> only = List.of();
  Path directory;

  public GrowthCommand() {
    Syntax syntax = new Syntax(
        this,
        "growth",
        "Measures how time and memory grow with members and bytes, what feeding workers costs the coordinator, what idleness costs, and how coordinators share resident workers.",
        "With two workers; results are checked to be equal. Takes some ten minutes.");
    syntax
        .option("--json", "FILE", Path.class, value -> json = value)
        .description("Write the tables to a file, as JSON.");
    syntax
        .flag("--quick", value -> quick = value)
        .description("A first look: less of everything, in half a minute.");
    syntax
        .options("--only", "TABLE", String.class, value -> only = value)
        .description(
            "Only this table: members, bytes, index, coordinator, idle, first_job or sharing. May be given more than once.");
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
    check(Files.isDirectory(directory), "--dir: there is no directory " + directory);
    for (String name : only) {
      check(EXPERIMENTS.containsKey(name), "--only: there is no table '" + name + "'");
    }
    Map<String, Findings> found = new LinkedHashMap<>();
    try (Scratch scratch = Scratch.in(directory, "growth")) {
      Conditions conditions = Conditions.of(quick ? Extent.QUICK : Extent.FULL, scratch.path());
      EXPERIMENTS.forEach((name, experiment) -> {
        if (only.isEmpty() || only.contains(name)) {
          found.put(name, measure(name, experiment.apply(conditions)));
        }
      });
    }
    if (json != null) {
      write(found);
    }
    return 0;
  }

  private Findings measure(String name, Experiment experiment) {
    // Progress goes where results do not.
    PrintWriter err = spec.commandLine().getErr();
    err.println(name);
    err.flush();
    Findings findings = experiment.measure();
    findings.print(spec.commandLine().getOut());
    return findings;
  }

  private void check(boolean right, String otherwise) {
    if (!right) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }

  private void write(Map<String, Findings> found) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
      out.setPrettyPrinter(new DefaultPrettyPrinter());
      out.writeStartObject();
      out.writeBooleanField("quick", quick);
      out.writeNumberField("processors", Runtime.getRuntime().availableProcessors());
      out.writeStringField("java", Runtime.version().toString());
      for (Map.Entry<String, Findings> each : found.entrySet()) {
        out.writeFieldName(each.getKey());
        each.getValue().write(out);
      }
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      Files.writeString(json, text.append('\n').toString());
    } catch (IOException e) {
      throw new SaverException("cannot write " + json + ": " + e, e);
    }
  }
}
