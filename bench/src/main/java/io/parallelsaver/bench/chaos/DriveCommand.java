package io.parallelsaver.bench.chaos;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import io.parallelsaver.SharedArrays;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.pool.ProgressListener;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.zip.CRC32;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What an application does by the API and no other command does: saves from the heap, restores into it or as views. */
@Command(
    name = "drive",
    hidden = true,
    description = "One call of the library, as chaos makes it in a process of its own.")
final class DriveCommand implements Callable<Integer> {
  /** What it prints when the call has returned. */
  static final String RETURNED = "returned";

  @Spec
  CommandSpec spec;

  @Parameters(index = "0", paramLabel = "save|restore|share")
  String what;

  @Parameters(index = "1", paramLabel = "ARCHIVE")
  Path archive;

  @Parameters(index = "2", arity = "0..1", paramLabel = "TARGET")
  Path target;

  @Option(names = "--workers", paramLabel = "N", required = true)
  int workers;

  @Option(names = "--stall-timeout", paramLabel = "SECONDS", defaultValue = "30")
  int stallSeconds;

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
