package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.log.ProcessLog;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Usage, help, and how failures become exit codes. */
class ParsingTest {
  @Test
  void printsUsageWhenAlone() {
    Cli cli = Cli.run().exits(2);
    assertTrue(cli.err().startsWith("Usage: parallel-saver"), cli.err());
    assertEquals("", cli.out());
  }

  @Test
  void listsAllCommandsUnlessOneIsAskedFor() {
    List<String> all = List.of(
        "save",
        "restore",
        "convert",
        "inspect",
        "verify",
        "repair",
        "clean",
        "top",
        "watch",
        "worker",
        "demo",
        "coordinator",
        "submit",
        "status",
        "wait",
        "cancel",
        "list");
    for (String first : List.of("--help", "--debug", "sav", "clean", "")) {
      Set<String> known = RootCommand.commandLine(first).getSubcommands().keySet();
      assertEquals(all, List.copyOf(known), first);
    }
    for (String first :
        List.of("save", "restore", "convert", "inspect", "verify", "top", "watch")) {
      CommandLine alone = RootCommand.commandLine(first, "--help");
      assertEquals(Set.of(first), alone.getSubcommands().keySet());
      assertEquals(Cli.run(first, "--help"), Cli.run(alone, first, "--help"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sav | sav",
        "save | TARGET",
        "save out.npz | INPUT",
        "save out.npz a.npy --wrong | --wrong",
        "save a.npy b.npy | the file or directory to write comes first",
        "save out.npz a.npy --compress 10 | levels are",
        "save out.safetensors a.npy --compress | goes with --format npz",
        "save out a.npy --format npy --compress 3 | goes with --format npz",
        "save out.npz a.npy --align 100 | power of two",
        "convert a.npz | TARGET",
        "convert a.npz b.npy | --format npy",
        "save out.npz =a.npy | has no name",
        "save out.npz a.npy --durability perhaps | --durability",
        "save out.npz pom.xml --workers zero | --workers",
        "restore out.npz | --out",
        "inspect | SOURCE",
        "verify a.npz b.npz | b.npz",
        "clean all | all",
        "top --interval 0 | --interval",
        "watch --port 65536 | --port",
        "demo --size big | is no size",
        "demo --arrays 0 | --arrays",
        "demo --rounds 0 | --rounds",
        "demo --dir /nowhere | /nowhere",
        "demo --workers 0 | workers must be 1 to 256"
      })
  void refusesAWrongCommandLineInOneLine(String arguments, String culprit) {
    Cli cli = Cli.run((Object[]) arguments.split(" ")).exits(2);
    assertEquals(1, cli.err().lines().count(), cli.err());
    assertTrue(cli.err().startsWith("parallel-saver: "), cli.err());
    assertTrue(cli.err().contains(culprit), cli.err());
    assertEquals("", cli.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"save", "restore", "inspect", "verify", "clean", "demo"})
  void teaches(String command) {
    String help = Cli.run(command, "--help").exits(0).out();
    for (String part : new String[] {
      "Usage: parallel-saver " + command, "Exit codes:", "input is refused", "--json", "--debug"
    }) {
      assertTrue(help.contains(part), () -> "no " + part + " in\n" + help);
    }
    assertTrue(help.lines().anyMatch(line -> line.matches("  3 +input is refused.*")), help);
    assertTrue(help.contains("Examples:\n  parallel-saver " + command), help);
    assertTrue(help.lines().allMatch(line -> line.length() <= 100), help);
    assertTrue(Cli.run("--help").exits(0).out().contains("\n  " + command + " "));
  }

  @Test
  void saysItsVersion() {
    assertTrue(Cli.run("--version").exits(0).out().matches("(?s)parallel-saver \\S.*Java \\d+.*"));
  }

  private static final class Failing implements Command, JsonOption.Carrier {
    private final Throwable failure;
    private final Syntax syntax = new Syntax(this, "fail");
    private final JsonOption json = new JsonOption(syntax);

    Failing(Throwable failure) {
      this.failure = failure;
    }

    @Override
    public CommandSpec spec() {
      return syntax.spec();
    }

    @Override
    public Integer call() throws Exception {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (Exception) failure;
    }

    @Override
    public JsonOption json() {
      return json;
    }
  }

  private static Cli fail(Throwable failure, Object... arguments) {
    CommandLine line = RootCommand.commandLine();
    line.addSubcommand(new Failing(failure).spec());
    // What is set on a command line goes to the commands it has then.
    Failures failures =
        new Failures((RootCommand) line.getCommand(), new Settings(null, true, Map.of()));
    line.setExecutionStrategy(failures).setParameterExceptionHandler(failures);
    return Cli.run(line, arguments);
  }

  @Test
  void givesEachFailureItsExitCodeAndOneLine() {
    Cli corrupt =
        fail(new CorruptException("x.npz: array 'a' is damaged"), "fail").exits(3);
    assertEquals(
        "parallel-saver: x.npz: array 'a' is damaged" + System.lineSeparator(), corrupt.err());
    assertEquals("", corrupt.out());
    assertEquals(4, fail(new StorageFullException("full"), "fail").exit());
    assertEquals(
        4,
        fail(new CompletionException(new StorageFullException("full")), "fail").exit());
    Cli unexpected = fail(new IllegalStateException("oh"), "fail").exits(1);
    assertTrue(
        unexpected.err().contains("oh") && unexpected.err().lines().count() == 1, unexpected.err());
  }

  @Test
  void givesAHintWhenMemoryIsOut() {
    for (Throwable failure : new Throwable[] {
      new OutOfMemoryError("Java heap space"), new CompletionException(new OutOfMemoryError("heap"))
    }) {
      Cli cli = fail(failure, "fail").exits(1);
      assertTrue(cli.err().contains("out of memory") && cli.err().contains("-Xmx"), cli.err());
    }
  }

  @Test
  void saysAFailureInJsonToo() {
    Cli cli = fail(new CorruptException("é is damaged"), "fail", "--json").exits(3);
    assertEquals("é is damaged", cli.json().get("error"));
    assertEquals(3L, cli.json().get("exit"));
    assertTrue(cli.out().contains("\\u00E9"), cli.out());
  }

  @Test
  void printsAStackTraceOnlyToThoseWhoDebug() {
    String property = ProcessLog.LEVEL;
    try {
      assertTrue(fail(new CorruptException("x"), "fail", "--debug")
          .exits(3)
          .err()
          .contains("at io.parallelsaver"));
      assertEquals("DEBUG", System.getProperty(property));
    } finally {
      System.clearProperty(property);
    }
  }
}
