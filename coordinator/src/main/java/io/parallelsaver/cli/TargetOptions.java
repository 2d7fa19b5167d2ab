package io.parallelsaver.cli;

import io.parallelsaver.SaverOptions;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.output.Durability;
import io.parallelsaver.stored.Format;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What arrays are written as, and how surely. */
final class TargetOptions {
  @Spec(Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--format",
      paramLabel = "npz|npy|pickle|safetensors",
      description =
          "npz: one archive. npy: TARGET is a directory, and each array a file KEY.npy in it. pickle: TARGET is a directory of data_N.dat, data_index_N.dat and data_metadata_N.dat, which Python unpickles. safetensors: one such file. Unless given, safetensors if TARGET is called so, else npz.")
  Format format;

  @Option(
      names = "--durability",
      paramLabel = "sync|none",
      defaultValue = "sync",
      description =
          "sync, unless given otherwise: when the command ends, the data is on the device. none: the kernel writes it when it likes.")
  Durability durability;

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

  Format format(Path target) {
    return format == null ? Format.of(target) : format;
  }

  /**
   * @throws ParameterException if options do not go together, or a number is out of range
   */
  void check(Path target) {
    profile();
    if (level < SaverOptions.STORED || level > SaverOptions.SMALLEST) {
      throw wrong("--compress " + level + ": levels are 1 (fastest) to 9 (smallest)");
    }
    if (format(target) != Format.NPZ && level != SaverOptions.STORED) {
      throw wrong("--compress goes with --format npz");
    }
    if (format(target) != Format.NPY && target.toString().endsWith(".npy")) {
      throw wrong("TARGET '" + target + "' is an .npy file; the file or directory to write comes"
          + " first, and an .npy file is written by --format npy into a directory");
    }
  }

  /** The options of a saver that writes so. */
  SaverOptions applyTo(SaverOptions options) {
    return options.withDurability(durability).withLevel(level).withProfile(profile());
  }

  private Profile profile() {
    try {
      return new Profile(alignment);
    } catch (IllegalArgumentException e) {
      throw wrong("--align " + alignment + ": " + e.getMessage());
    }
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }
}
