package io.parallelsaver.bench.chaos;

import io.parallelsaver.bench.PythonPeer;
import io.parallelsaver.cli.ByteSize;
import io.parallelsaver.cli.Scratch;
import io.parallelsaver.cli.Subcommand;
import io.parallelsaver.cli.Syntax;
import io.parallelsaver.error.SaverException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** {@code parallel-saver chaos}. */
public final class ChaosCommand implements Subcommand {
  private static final long LEAST_SIZE = 1 << 20;

  /** Tries for one kill, before that it cannot be made to fall in mid-work is a failure. */
  private static final int MOST_MISSES = 25;

  final CommandSpec spec;
  int kills;
  Long seed;
  ByteSize size;
  Path directory;
  List<String> only = List.of();

  public ChaosCommand() {
    Syntax syntax = new Syntax(
        this,
        "chaos",
        "Starts saves and restores, kills their processes at random moments, and judges what is left.",
        "Every kill must fall in mid-work; one that does not is counted as missed, and made again. Results are judged by verify and by NumPy, of PARALLEL_SAVER_PYTHON, else python3. Exit code 0: all was right, and nothing left behind.");
    syntax.examples(
        "  parallel-saver chaos                                    500 kills, 256 MiB each",
        "  parallel-saver chaos --kills 50 --only \"crash worker\"",
        "  parallel-saver chaos --seed 42                          the same choices once more");
    syntax.subcommands("COMMAND", new DriveCommand());
    syntax
        .option("--kills", "N", int.class, value -> kills = value)
        .description("How many: 500 unless given, spread over all kinds.")
        .defaultValue("500");
    syntax
        .option("--seed", "N", Long.class, value -> seed = value)
        .description("Of all random choices.");
    syntax
        .option("--size", "SIZE", ByteSize.class, value -> size = value)
        .description("Bytes of the arrays: 256 MiB unless given.")
        .defaultValue("256MiB");
    syntax
        .option("--dir", "DIR", Path.class, value -> directory = value)
        .description("Where files are written: the current directory unless given.")
        .defaultValue(".");
    syntax
        .options("--only", "KIND", String.class, value -> only = value)
        .description(
            "Only this kind: crash worker, crash all workers, crash coordinator, crash all, stop worker, terminate. May be given more than once.");
    spec = syntax.spec();
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public Integer call() {
    check(kills >= 1, "--kills must be at least 1, found " + kills);
    check(size.bytes() >= LEAST_SIZE, "--size must be at least 1 MiB, found " + size);
    check(Files.isDirectory(directory), "--dir: there is no directory " + directory);
    List<Kind> kinds = kinds();
    long chosen = seed != null ? seed : System.nanoTime();
    say("seed " + chosen);
    Map<Kind, Tally> tallies = new EnumMap<>(Kind.class);
    kinds.forEach(kind -> tallies.put(kind, new Tally(kind)));
    try (Scratch scratch = Scratch.in(directory.toAbsolutePath().normalize(), "chaos");
        PythonPeer numpy = PythonPeer.start(scratch.path())) {
      if (numpy.missing() != null) {
        throw new SaverException(numpy.missing());
      }
      Ground ground = new Ground(scratch.path(), numpy, size.bytes());
      run(ground, kinds, tallies, new SplittableRandom(chosen));
    }
    PrintWriter out = spec.commandLine().getOut();
    tallies.values().forEach(out::println);
    out.flush();
    List<String> failures =
        tallies.values().stream().flatMap(tally -> tally.failures().stream()).toList();
    if (!failures.isEmpty()) {
      throw new SaverException(failures.size() + " kills with --seed " + chosen
          + " were not survived: " + String.join("\n", failures));
    }
    return 0;
  }

  private List<Kind> kinds() {
    try {
      return only.isEmpty()
          ? Arrays.asList(Kind.values())
          : only.stream().map(Kind::of).distinct().toList();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--only: " + e.getMessage(), e);
    }
  }

  private void run(
      Ground ground, List<Kind> kinds, Map<Kind, Tally> tallies, SplittableRandom random) {
    Operation[] operations = Operation.values();
    Map<Operation, Long> times = new EnumMap<>(Operation.class);
    for (int i = 0; i < kills; i++) {
      Kind kind = kinds.get(i % kinds.size());
      // Each kind meets each operation.
      Operation operation = operations[(i / kinds.size() + i % kinds.size()) % operations.length];
      // Towards its end a command has nothing left to do but to go.
      long most =
          times.computeIfAbsent(operation, any -> new Trial(ground, any, random).undisturbed() / 2);
      Tally tally = tallies.get(kind);
      int wanted = tally.kills() + 1;
      int missed = tally.missed();
      while (tally.kills() < wanted) {
        Verdict verdict = new Trial(ground, operation, random).of(kind, most);
        tally.add(verdict);
        if (!verdict.isRight()) {
          say(kind + ", " + operation + ": " + verdict.problems());
        }
        if (tally.missed() - missed > MOST_MISSES) {
          throw new SaverException(kind + " cannot be made to fall in the midst of " + operation
              + " of " + size + ": it is over too soon; give a larger --size (seed was printed)");
        }
      }
      say((i + 1) + " of " + kills + ": " + kind + ", " + operation + ", "
          + (tally.missed() - missed) + " missed");
    }
  }

  /** Progress goes where results do not. */
  private void say(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(line);
    err.flush();
  }

  private void check(boolean right, String otherwise) {
    if (!right) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }
}
