package io.parallelsaver.cli;

import io.parallelsaver.error.InputException;
import io.parallelsaver.shm.RunView;
import io.parallelsaver.watch.Figures;
import io.parallelsaver.watch.Figures.Space;
import io.parallelsaver.watch.FiguresJson;
import io.parallelsaver.watch.Speeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** {@code parallel-saver top}. */
final class TopCommand implements Command, JsonOption.Carrier {
  private static final double SHORTEST = 0.1;
  private static final double LONGEST = 3600;

  final CommandSpec spec;
  List<String> names = new ArrayList<>();
  boolean all;
  boolean once;
  double interval;
  final SharedMemoryOption sharedMemory;
  final JsonOption json;

  TopCommand() {
    Syntax syntax = new Syntax(
        this,
        "top",
        "Shows what runs are at: the call, its workers, speed, queue, shared memory, errors.",
        "Shows dead runs too, as long as nothing has cleaned up after them. On a terminal it goes on until q or Ctrl-C; else it prints once.");
    syntax.examples(
        "  parallel-saver top",
        "  parallel-saver top --once /dev/shm/parallel-saver-4711-0123456789abcdef",
        "  parallel-saver top --json | jq '.runs[] | select(.live | not) | .call.target'");
    syntax
        .parameters("0..*", "RUN", String.class, value -> names = value)
        .description("A run directory, or its name; without any: all of this user's.")
        .arity("0..*");
    syntax
        .flag("--all", value -> all = value)
        .description("Other users' runs too, where they may be read.");
    syntax.flag("--once", value -> once = value).description("Print once and end.");
    syntax
        .option("--interval", "SECONDS", double.class, value -> interval = value)
        .description("Time from one look to the next: ${DEFAULT-VALUE}; 0.1 to 3600.")
        .defaultValue("1");
    sharedMemory = new SharedMemoryOption(syntax);
    json = new JsonOption(syntax);
    spec = syntax.spec();
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  private boolean seen;

  @Override
  public Integer call() {
    if (!(interval >= SHORTEST && interval <= LONGEST)) {
      throw new ParameterException(
          spec.commandLine(), "--interval must be 0.1 to 3600 seconds, found " + interval);
    }
    if (!Files.isDirectory(sharedMemory.directory)) {
      throw new InputException("there is no directory " + sharedMemory.directory);
    }
    if (json.wanted) {
      List<RunView> runs = runs();
      Json.print(spec.commandLine().getOut(), out -> FiguresJson.runs(out, runs));
      return 0;
    }
    Speeds speeds = new Speeds();
    return once
        ? print(speeds)
        : Screen.open()
            .map(screen ->
                screen.show(() -> lines(speeds), Duration.ofNanos((long) (interval * 1e9))))
            .orElseGet(() -> print(speeds));
  }

  private int print(Speeds speeds) {
    lines(speeds).forEach(spec.commandLine().getOut()::println);
    return 0;
  }

  private List<String> lines(Speeds speeds) {
    List<RunView> runs = runs();
    speeds.look(runs);
    try {
      return TopView.lines(runs, Space.of(sharedMemory.directory), speeds, Instant.now());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private List<RunView> runs() {
    try {
      if (names.isEmpty()) {
        return Figures.of(sharedMemory.directory, all).runs();
      }
      List<RunView> runs = new ArrayList<>();
      for (String name : names) {
        Path run = sharedMemory.directory.resolve(name);
        Optional<RunView> view = RunView.of(run);
        if (view.isEmpty() && !seen) {
          throw new InputException("there is no run " + run
              + ", or it may not be read; 'parallel-saver top' shows those that can be");
        }
        view.ifPresent(runs::add);
      }
      // From now on one that is missing has ended.
      seen = true;
      return runs;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private InputException unreadable(IOException e) {
    return new InputException("cannot look at " + sharedMemory.directory + ": " + e, e);
  }

  @Override
  public JsonOption json() {
    return json;
  }
}
