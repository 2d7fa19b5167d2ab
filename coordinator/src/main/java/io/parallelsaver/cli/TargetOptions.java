package io.parallelsaver.cli;

import io.parallelsaver.SaverOptions;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.output.Durability;
import io.parallelsaver.shards.ShardIndex;
import io.parallelsaver.shards.Sharding;
import io.parallelsaver.stored.Format;
import java.nio.file.Path;
import picocli.CommandLine.ParameterException;

/** What arrays are written as, and how surely. */
final class TargetOptions {
  private final Syntax syntax;
  Format format;
  Durability durability;
  int level;
  int alignment;
  int shards;
  ByteSize shardSize;

  TargetOptions(Syntax syntax) {
    this.syntax = syntax;
    syntax
        .option("--format", "npz|npy|pickle|safetensors", Format.class, value -> format = value)
        .description(
            "npz: one archive. npy: TARGET is a directory, and each array a file KEY.npy in it. pickle: TARGET is a directory of data_N.dat, data_index_N.dat and data_metadata_N.dat, which Python unpickles. safetensors: one such file. Unless given, safetensors if TARGET is called so, else npz.");
    syntax
        .option("--durability", "sync|none", Durability.class, value -> durability = value)
        .description(
            "sync, unless given otherwise: when the command ends, the data is on the device. none: the kernel writes it when it likes.")
        .defaultValue("sync");
    syntax
        .option("--compress", "LEVEL", int.class, value -> level = value)
        .description(
            "Deflate the arrays, with all workers: 1 is fastest, 9 smallest, 6 unless given. They can then not be mapped.")
        .defaultValue("0")
        .arity("0..1")
        .parameterConsumer(new LevelConsumer());
    syntax
        .option("--align", "BYTES", int.class, value -> alignment = value)
        .description(
            "Array bytes begin at multiples of this: 64, unless given otherwise, or another power of two up to 32768. 0: byte for byte the file that numpy.savez writes.")
        .defaultValue("64");
    syntax
        .option("--shards", "N", int.class, value -> shards = value)
        .description(
            "Write a sharded set of at most N archives of about equal size, NAME-00001-of-0000N.npz and so on, and NAME.npz.index.json, which says where each array stands. An array larger than a shard is cut along its first axis.")
        .defaultValue("0");
    syntax
        .option("--shard-size", "SIZE", ByteSize.class, value -> shardSize = value)
        .description(
            "Write a sharded set of archives that hold so many bytes of arrays at most: 512M, 4GiB.");
  }

  Format format(Path target) {
    return format == null ? Format.of(target) : format;
  }

  /**
   * @throws ParameterException if options do not go together, or a number is out of range
   */
  void check(Path target) {
    profile();
    boolean sharded = !sharding().isNone();
    if (sharded && format(target) != Format.NPZ) {
      throw wrong("--shards and --shard-size go with --format npz");
    }
    if (sharded && level != SaverOptions.STORED) {
      throw wrong("--compress does not go with --shards or --shard-size: the index of a sharded set"
          + " says where each array can be mapped");
    }
    if (!sharded && ShardIndex.isIndex(target)) {
      throw wrong("TARGET '" + target
          + "' is called as the index of a sharded set; add --shards N or --shard-size SIZE");
    }
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
    return options
        .withDurability(durability)
        .withLevel(level)
        .withProfile(profile())
        .withSharding(sharding());
  }

  private Sharding sharding() {
    if (shards == 0 && shardSize == null) {
      return Sharding.NONE;
    }
    try {
      return shardSize == null
          ? Sharding.ofCount(shards)
          : shards == 0
              ? Sharding.ofSize(shardSize.bytes())
              : new Sharding(shards, shardSize.bytes());
    } catch (IllegalArgumentException e) {
      throw wrong((shards != 0 ? "--shards " + shards : "--shard-size " + shardSize.bytes()) + ": "
          + e.getMessage());
    }
  }

  /**
   * @throws ParameterException if a sharded set is asked for
   */
  void refuseShards() {
    if (!sharding().isNone()) {
      throw wrong(
          "the coordinator writes no sharded sets yet; 'parallel-saver save' and 'convert' do");
    }
  }

  private Profile profile() {
    try {
      return new Profile(alignment);
    } catch (IllegalArgumentException e) {
      throw wrong("--align " + alignment + ": " + e.getMessage());
    }
  }

  private ParameterException wrong(String what) {
    return new ParameterException(syntax.line(), what);
  }
}
