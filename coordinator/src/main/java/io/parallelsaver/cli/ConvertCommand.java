package io.parallelsaver.cli;

import io.parallelsaver.Report;
import io.parallelsaver.Saver;
import io.parallelsaver.stored.Format;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;

/** {@code parallel-saver convert}. */
final class ConvertCommand implements Command, JsonOption.Carrier {
  final CommandSpec spec;
  final SourceArgument source;
  Path target;
  final KeysOption keys;
  final TargetOptions to;
  final WorkerOptions workers;
  final ProgressOption progress;
  final JsonOption json;

  ConvertCommand() {
    Syntax syntax = new Syntax(
        this,
        "convert",
        "Turns an archive, a sharded set, a safetensors file, or a directory of .npy files or pickles into another of these.",
        "The bytes go from file to file. Checksums of the source are tested on the way. TARGET is whole or what it was.");
    syntax.examples(
        "  parallel-saver convert model.safetensors model.npz",
        "  parallel-saver convert out.npz model.safetensors --keys weight,bias",
        "  parallel-saver convert pickled/ out.npz                 what the Python original saved",
        "  parallel-saver convert out.npz out.npz --compress       deflated from now on",
        "  parallel-saver convert out.npz folder --format npy",
        "  parallel-saver convert big.npz set --shard-size 4GiB    set-00001-of-00016.npz ... and set.npz.index.json");
    source = new SourceArgument(syntax);
    syntax
        .parameter("1", "TARGET", Path.class, value -> target = value)
        .description(
            "The file or directory to write; .npz or .safetensors is added if it is not there.");
    keys = new KeysOption(syntax);
    to = new TargetOptions(syntax);
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
    to.check(target);
    Path file = source.path();
    Report report;
    try (Saver saver = source.saver(workers, to::applyTo);
        Progress bar = progress.start("convert")) {
      report = Saver.await(saver.convert(file, target, to.format(target), keys.keys, bar));
    }
    if (json.wanted) {
      Json.print(spec.commandLine().getOut(), out -> {
        Json.report(out, report);
        Json.others(out, report);
      });
    } else {
      PrintWriter out = spec.commandLine().getOut();
      out.println("converted " + Summary.of(report) + " to " + report.file());
      Summary.others(
          out,
          report,
          to.format(target) == Format.NPY
              ? "written as bytes"
              : "left out (restore --out writes it)");
    }
    return 0;
  }

  @Override
  public JsonOption json() {
    return json;
  }
}
