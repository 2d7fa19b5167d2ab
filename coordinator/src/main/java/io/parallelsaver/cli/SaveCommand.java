package io.parallelsaver.cli;

import io.parallelsaver.Report;
import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import io.parallelsaver.input.SaveArrays;
import io.parallelsaver.input.SaveInput;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** {@code parallel-saver save}. */
final class SaveCommand implements Command, JsonOption.Carrier {
  final CommandSpec spec;
  Path target;
  List<String> inputs;
  boolean positional;
  final TargetOptions to;
  final HeaderOption header;
  final WorkerOptions workers;
  final ProgressOption progress;
  final JsonOption json;

  SaveCommand() {
    Syntax syntax = new Syntax(
        this,
        "save",
        "Saves arrays to one .npz archive, which numpy.load reads, or in another format.",
        "The target takes its name when it is whole; until then, and after a failure, it is what it was. It may be one of the inputs.");
    syntax.examples(
        "  parallel-saver save out.npz a.npy labels=data/b.npy     arrays 'a' and 'labels'",
        "  parallel-saver save out.npz data/                       an array for each data/*.npy",
        "  parallel-saver save all.npz one.npz two.npz             the arrays of two archives",
        "  parallel-saver save --compress out.npz a.npy            deflated, as numpy.savez_compressed does",
        "  parallel-saver save --shard-size 4GiB out.npz data/     out-00001-of-00016.npz ... and out.npz.index.json",
        "  parallel-saver save --positional out.npz a.npy b.npy    arr_0 and arr_1");
    syntax
        .parameter("0", "TARGET", Path.class, value -> target = value)
        .description(
            "The file or directory to write; .npz or .safetensors is added if it is not there.");
    syntax
        .parameters("1..*", "INPUT", String.class, value -> inputs = value)
        .description(
            "FILE.npy: an array, called FILE",
            "NAME=FILE.npy: an array, called NAME (a path with = in it is taken as a path; ./ before it says so)",
            "FILE.npz, FILE.npz.index.json, FILE.safetensors: all arrays in it, under their names",
            "DIR: its .npy files, in the order of their names, folders in the name; or the arrays of its pickles")
        .arity("1..*");
    syntax
        .flag("--positional", value -> positional = value)
        .description("Call the arrays arr_0, arr_1, ... in the order given.");
    to = new TargetOptions(syntax);
    header = new HeaderOption(syntax);
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
    List<SaveInput> files = inputs();
    // The files' sizes say how many workers are worth their start. Their headers are read while the
    // workers come up.
    long bytes = files.stream().mapToLong(SaveInput::bytes).sum();
    SaverOptions options = to.applyTo(workers.options(bytes));
    Report report;
    try (Saver saver = WorkerOptions.open(options, bytes);
        SaveArrays arrays = SaveArrays.open(files, positional, header.bytes());
        Progress bar = progress.start("save")) {
      report = Saver.await(saver.saveAsync(target, arrays.named(), to.format(target), bar));
    }
    if (json.wanted) {
      Json.print(spec.commandLine().getOut(), out -> Json.report(out, report));
    } else {
      spec.commandLine().getOut().println("saved " + Summary.of(report) + " to " + report.file());
    }
    return 0;
  }

  private List<SaveInput> inputs() {
    try {
      return SaveInput.of(inputs, positional);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  @Override
  public JsonOption json() {
    return json;
  }
}
