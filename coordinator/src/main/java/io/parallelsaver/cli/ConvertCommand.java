package io.parallelsaver.cli;

import io.parallelsaver.Report;
import io.parallelsaver.Saver;
import io.parallelsaver.stored.Format;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code parallel-saver convert}. */
@Command(
    name = "convert",
    description = {
      "Turns an archive, a sharded set, a safetensors file, or a directory of .npy files or pickles into another of these.",
      "The bytes go from file to file. Checksums of the source are tested on the way. TARGET is whole or what it was."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallel-saver convert model.safetensors model.npz",
      "  parallel-saver convert out.npz model.safetensors --keys weight,bias",
      "  parallel-saver convert pickled/ out.npz                 what the Python original saved",
      "  parallel-saver convert out.npz out.npz --compress       deflated from now on",
      "  parallel-saver convert out.npz folder --format npy",
      "  parallel-saver convert big.npz set --shard-size 4GiB    set-00001-of-00016.npz ... and set.npz.index.json"
    })
final class ConvertCommand implements Callable<Integer>, JsonOption.Carrier {
  @Spec
  CommandSpec spec;

  @Mixin
  SourceArgument source;

  @Parameters(
      index = "1",
      paramLabel = "TARGET",
      description =
          "The file or directory to write; .npz or .safetensors is added if it is not there.")
  Path target;

  @Mixin
  KeysOption keys;

  @Mixin
  TargetOptions to;

  @Mixin
  WorkerOptions workers;

  @Mixin
  ProgressOption progress;

  @Mixin
  JsonOption json;

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
