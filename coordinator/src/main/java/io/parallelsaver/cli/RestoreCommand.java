package io.parallelsaver.cli;

import io.parallelsaver.Report;
import io.parallelsaver.Saver;
import io.parallelsaver.npz.NpzArchive;
import io.parallelsaver.restore.Selection;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code parallel-saver restore}. */
@Command(
    name = "restore",
    description = {
      "Restores the arrays of an archive to .npy files, each with its checksum tested.",
      "The files take their names when all of them are whole; files with these names are replaced."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallel-saver restore out.npz --out data               data/KEY.npy for each array",
      "  parallel-saver restore out.npz --out data --keys a,b    these two only"
    })
final class RestoreCommand implements Callable<Integer>, JsonOption.Carrier {
  /** More files than a person reads. */
  private static final int LISTED = 20;

  @Spec
  CommandSpec spec;

  @Mixin
  SourceArgument source;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description =
          "Where the files go; made if it is not there. A / in a key makes folders; no key leads out of DIR.")
  Path out;

  @Option(
      names = "--keys",
      paramLabel = "A,B",
      split = ",",
      description = "Only these arrays; may be given more than once.")
  List<String> keys;

  @Mixin
  WorkerOptions workers;

  @Mixin
  ProgressOption progress;

  @Mixin
  JsonOption json;

  @Override
  public Integer call() {
    Path file = source.file();
    Report report;
    NpzArchive archive;
    try (Saver saver = Saver.open(workers.options(SourceArgument.contentBytes(file)));
        Progress bar = progress.start("restore")) {
      CompletableFuture<Report> call = saver.restoreToDirectory(file, out, keys, bar);
      // Listed here while the workers are at it.
      archive = Selection.open(file);
      report = Saver.await(call);
    }
    Map<String, Path> files = files(archive);
    if (json.wanted) {
      json(report, files);
    } else {
      text(report, files);
    }
    return 0;
  }

  /** The file of each key; all of them exist by now. */
  private Map<String, Path> files(NpzArchive archive) {
    Map<String, Path> files = new LinkedHashMap<>();
    (keys == null ? archive.arrays().keySet() : keys)
        .forEach(key -> files.put(key, out.resolve(key + ".npy")));
    return files;
  }

  private void json(Report report, Map<String, Path> files) {
    Json.print(spec.commandLine().getOut(), generator -> {
      Json.report(generator, report);
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
  }

  @Override
  public JsonOption json() {
    return json;
  }
}
