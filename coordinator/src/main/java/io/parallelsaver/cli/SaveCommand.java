package io.parallelsaver.cli;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.Report;
import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.output.Durability;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code parallel-saver save}. */
@Command(
    name = "save",
    description = {
      "Saves arrays to one .npz archive, which numpy.load reads.",
      "The archive takes the target's name when it is whole; until then, and after a failure, the target is what it was. It may be one of the inputs."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallel-saver save out.npz a.npy labels=data/b.npy     arrays 'a' and 'labels'",
      "  parallel-saver save out.npz data/                       an array for each data/*.npy",
      "  parallel-saver save all.npz one.npz two.npz             the arrays of two archives",
      "  parallel-saver save --compress out.npz a.npy            deflated, as numpy.savez_compressed does",
      "  parallel-saver save --positional out.npz a.npy b.npy    arr_0 and arr_1"
    })
final class SaveCommand implements Callable<Integer>, JsonOption.Carrier {
  @Spec
  CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "TARGET",
      description = "The archive to write; .npz is added if it is not there.")
  Path target;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "INPUT",
      description = {
        "FILE.npy: an array, called FILE",
        "NAME=FILE.npy: an array, called NAME (a path with = in it is taken as a path; ./ before it says so)",
        "FILE.npz: all arrays of an archive, under their names",
        "DIR: its .npy files, in the order of their names"
      })
  List<String> inputs;

  @Option(
      names = "--positional",
      description = "Call the arrays arr_0, arr_1, ... in the order given.")
  boolean positional;

  @Option(
      names = "--durability",
      paramLabel = "sync|none",
      defaultValue = "sync",
      description =
          "sync, unless given otherwise: when the command ends, the data is on the device. none: the kernel writes it when it likes.")
  Durability durability;

  @Option(
      names = "--format",
      paramLabel = "npz|npy|pickle",
      defaultValue = "npz",
      description =
          "npz, unless given otherwise: one archive. npy: TARGET is a directory, and each array a file KEY.npy in it. pickle: TARGET is a directory of data_N.dat, data_index_N.dat and data_metadata_N.dat, which Python unpickles.")
  Format format;

  /** What the arrays become. */
  enum Format {
    npz,
    npy,
    pickle
  }

  @Option(
      names = "--compress",
      paramLabel = "LEVEL",
      arity = "0..1",
      defaultValue = "0",
      parameterConsumer = LevelConsumer.class,
      description =
          "Deflate the arrays, with all workers: 1 is fastest, 9 smallest, 6 unless given. They can then not be mapped.")
  int level;

  @Option(
      names = "--align",
      paramLabel = "BYTES",
      defaultValue = "64",
      description =
          "Array bytes begin at multiples of this: 64, unless given otherwise, or another power of two up to 32768. 0: byte for byte the file that numpy.savez writes.")
  int alignment;

  @Mixin
  WorkerOptions workers;

  @Mixin
  ProgressOption progress;

  @Mixin
  JsonOption json;

  @Override
  public Integer call() {
    List<SaveInput> files = inputs();
    Profile profile = layout();
    // The files' sizes say how many workers are worth their start. Their headers are read while the
    // workers come up.
    SaverOptions options =
        workers.options(files.stream().mapToLong(SaveInput::bytes).sum());
    Report report;
    options = options.withDurability(durability).withLevel(level).withProfile(profile);
    try (Saver saver = Saver.open(options);
        Progress bar = progress.start("save")) {
      NamedArrays arrays = SaveArrays.of(files, positional, saver);
      report = Saver.await(
          switch (format) {
            case npz -> saver.saveAsync(target, arrays, bar);
            case npy -> saver.saveToDirectory(target, arrays, bar);
            case pickle -> saver.savePickled(target, arrays, bar);
          });
    }
    if (json.wanted) {
      Json.print(spec.commandLine().getOut(), out -> Json.report(out, report));
    } else {
      spec.commandLine().getOut().println("saved " + Summary.of(report) + " to " + report.file());
    }
    return 0;
  }

  private Profile layout() {
    if (level < SaverOptions.STORED || level > SaverOptions.SMALLEST) {
      throw wrong("--compress " + level + ": levels are 1 (fastest) to 9 (smallest)");
    }
    if (format != Format.npz && level != SaverOptions.STORED) {
      throw wrong("--compress goes with --format npz");
    }
    try {
      return new Profile(alignment);
    } catch (IllegalArgumentException e) {
      throw wrong("--align " + alignment + ": " + e.getMessage());
    }
  }

  private List<SaveInput> inputs() {
    if (target.toString().endsWith(".npy")) {
      throw wrong("TARGET '" + target + "' is an .npy file; the archive to write comes first");
    }
    try {
      List<SaveInput> files = SaveInput.of(inputs);
      if (positional && files.stream().anyMatch(file -> file.name() != null)) {
        throw wrong("--positional numbers all arrays, and takes no NAME=");
      }
      return files;
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  @Override
  public JsonOption json() {
    return json;
  }
}
