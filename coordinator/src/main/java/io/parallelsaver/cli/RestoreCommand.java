package io.parallelsaver.cli;

import io.parallelsaver.Report;
import io.parallelsaver.RestoredFiles;
import io.parallelsaver.Saver;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Model.CommandSpec;

/** {@code parallel-saver restore}. */
final class RestoreCommand implements Command, JsonOption.Carrier {
  /** More files than a person reads. */
  private static final int LISTED = 20;

  final CommandSpec spec;
  final SourceArgument source;
  Path out;
  final KeysOption keys;
  final WorkerOptions workers;
  final ProgressOption progress;
  final JsonOption json;

  RestoreCommand() {
    Syntax syntax = new Syntax(
        this,
        "restore",
        "Restores arrays to .npy files, those of an archive each with its checksum tested.",
        "The files take their names when all of them are whole; files with these names are replaced.");
    syntax.examples(
        "  parallel-saver restore out.npz --out data               data/KEY.npy for each array",
        "  parallel-saver restore out.npz --out data --keys a,b    these two only");
    source = new SourceArgument(syntax);
    syntax
        .option("--out", "DIR", Path.class, value -> out = value)
        .description(
            "Where the files go; made if it is not there. A / in a key makes folders; no key leads out of DIR.")
        .required(true);
    keys = new KeysOption(syntax);
    workers = new WorkerOptions(syntax);
    progress = new ProgressOption(syntax);
    json = new JsonOption(syntax);
    spec = syntax.spec();
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public Integer call() {
    Path file = source.path();
    RestoredFiles restored;
    try (Saver saver = source.saver(workers, UnaryOperator.identity());
        Progress bar = progress.start("restore")) {
      restored = Saver.await(saver.restoreToDirectory(file, out, keys.keys, bar));
    }
    if (json.wanted) {
      json(restored.report(), restored.files());
    } else {
      text(restored.report(), restored.files());
    }
    return 0;
  }

  private void json(Report report, Map<String, Path> files) {
    Json.print(spec.commandLine().getOut(), generator -> {
      Json.report(generator, report);
      Json.others(generator, report);
      generator.writeArrayFieldStart("files");
      for (Map.Entry<String, Path> entry : files.entrySet()) {
        generator.writeStartObject();
        generator.writeStringField("name", entry.getKey());
        generator.writeStringField("file", entry.getValue().toString());
        generator.writeEndObject();
      }
      generator.writeEndArray();
    });
  }

  private void text(Report report, Map<String, Path> files) {
    PrintWriter to = spec.commandLine().getOut();
    if (files.size() <= LISTED) {
      files.values().forEach(path -> to.println(Summary.name(path.toString())));
    }
    to.println("restored " + Summary.of(report) + " to " + out);
    Summary.others(to, report, "written as bytes");
  }

  @Override
  public JsonOption json() {
    return json;
  }
}
