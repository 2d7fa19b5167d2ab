package io.parallelsaver.bench.chaos;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import io.parallelsaver.SharedArrays;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.cli.Command;
import io.parallelsaver.cli.Syntax;
import io.parallelsaver.pool.ProgressListener;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What an application does by the API and no other command does: saves from the heap, restores into it or as views. */
final class DriveCommand implements Command {
  /** What it prints when the call has returned. */
  static final String RETURNED = "returned";

  final CommandSpec spec;
  String what;
  Path archive;
  Path target;
  int workers;
  int stallSeconds;

  DriveCommand() {
    Syntax syntax = new Syntax(
        this, "drive", "One call of the library, as chaos makes it in a process of its own.");
    syntax.hidden();
    syntax.parameter("0", "save|restore|share", String.class, value -> what = value);
    syntax.parameter("1", "ARCHIVE", Path.class, value -> archive = value);
    syntax.parameter("2", "TARGET", Path.class, value -> target = value).arity("0..1");
    syntax.option("--workers", "N", int.class, value -> workers = value).required(true);
    syntax
        .option("--stall-timeout", "SECONDS", int.class, value -> stallSeconds = value)
        .defaultValue("30");
    spec = syntax.spec();
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public Integer call() {
    SaverOptions options = SaverOptions.defaults().withWorkers(workers).withLocalBytes(0);
    options = options.withPool(options.pool().withStallTimeout(Duration.ofSeconds(stallSeconds)));
    try (Saver saver = Saver.open(options)) {
      switch (what) {
        case "save" -> saver.save(target, NamedArrays.of(saver.restore(archive)));
        case "restore" -> sums(saver.restore(archive));
        case "share" -> {
          try (SharedArrays arrays =
              Saver.await(saver.restoreShared(archive, null, ProgressListener.NONE))) {
            sums(arrays);
          }
        }
        default -> throw new ParameterException(spec.commandLine(), "no such call: " + what);
      }
    }
    return 0;
  }

  private void sums(Map<String, NDArray> arrays) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(RETURNED);
    out.flush();
    StringBuilder line = new StringBuilder();
    new TreeMap<>(arrays).forEach((key, array) -> {
      CRC32 crc = new CRC32();
      crc.update(array.toBytes());
      line.append(line.isEmpty() ? "" : " ")
          .append(key + "=" + HexFormat.of().toHexDigits((int) crc.getValue()));
    });
    out.println(line);
  }
}
