package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What {@code config/parallel-saver.properties} says of each setting is so, none is missing, and {@code docs/configuration.md} is made of it:
 * after a change, write that page with {@code -Dwrite.docs}.
 */
class ConfigurationTest {
  private static final Path ROOT = Path.of("..");
  private static final Path FILE = ROOT.resolve("config/parallel-saver.properties");
  private static final Path PAGE = ROOT.resolve("docs/configuration.md");

  /** Options that are of one call, and commands that only look at themselves. */
  private static final Set<String> OF_ONE_CALL =
      Set.of("format", "id", "in", "keys", "name", "out", "shards", "shard-size", "timeout");

  private static final Set<String> WITHOUT_SETTINGS = Set.of("demo", "top", "watch");

  private static final Pattern RANGE = Pattern.compile("(\\d+) to (\\d+)");

  @TempDir
  Path temp;

  /** One setting as the file explains it. */
  private record Explained(
      String name, String example, String meaning, Map<String, String> facts) {}

  private static List<Explained> explained() throws IOException {
    List<Explained> all = new ArrayList<>();
    StringBuilder meaning = new StringBuilder();
    Map<String, String> facts = new LinkedHashMap<>();
    for (String line : Files.readAllLines(FILE)) {
      if (line.isBlank()) {
        meaning.setLength(0);
        facts.clear();
      } else if (line.startsWith("#   ")) {
        String[] fact = line.substring(4).split(": ", 2);
        facts.put(fact[0], fact[1]);
      } else if (line.startsWith("# ")) {
        meaning.append(meaning.isEmpty() ? "" : " ").append(line.substring(2));
      } else {
        String[] setting = (line.startsWith("#") ? line.substring(1) : line).split("=", 2);
        all.add(new Explained(setting[0], setting[1], meaning.toString(), new HashMap<>(facts)));
      }
    }
    return all;
  }

  /** The names of all options that take a value, with the commands that have them. */
  private static Map<String, Set<String>> options() {
    Map<String, Set<String>> all = new TreeMap<>();
    for (CommandLine command : RootCommand.commandLine().getSubcommands().values()) {
      addOptions(all, command.getCommandName(), command);
    }
    return all;
  }

  private static void addOptions(Map<String, Set<String>> all, String command, CommandLine line) {
    for (OptionSpec option : line.getCommandSpec().options()) {
      String name = Settings.name(option);
      if (option.arity().max() > 0 || Settings.NAMES.contains(name)) {
        all.computeIfAbsent(name, each -> new TreeSet<>()).add(command);
      }
    }
    line.getSubcommands().values().forEach(each -> addOptions(all, command, each));
  }

  @Test
  void eachOptionThatIsNotOfOneCallHasASettingAndEachSettingAnOption() throws IOException {
    Set<String> wanted = new TreeSet<>();
    options().forEach((name, commands) -> {
      if (!OF_ONE_CALL.contains(name) && !WITHOUT_SETTINGS.containsAll(commands)) {
        wanted.add(name);
      }
    });
    assertEquals(wanted, new TreeSet<>(Settings.NAMES), "Settings.NAMES");
    Set<String> found = new TreeSet<>();
    explained().forEach(setting -> assertTrue(found.add(setting.name), "twice: " + setting.name));
    assertEquals(wanted, found, FILE.toString());
  }

  @Test
  void commandsVariablesAndDefaultsAreWhatTheFileSays() throws IOException {
    CommandLine root = RootCommand.commandLine(new Settings(null, true, Map.of()));
    for (Explained setting : explained()) {
      Set<String> commands = options().get(setting.name);
      assertEquals(
          commands,
          new TreeSet<>(List.of(setting.facts.get("commands").split(", "))),
          setting.name);
      assertEquals(Settings.variable(setting.name), setting.facts.get("variable"));
      String command = commands.iterator().next();
      OptionSpec option =
          root.getSubcommands().get(command).getCommandSpec().findOption("--" + setting.name);
      String annotated = option == null ? null : option.defaultValue();
      if (annotated != null) {
        assertEquals(annotated, setting.facts.get("unless set"), setting.name);
      }
    }
  }

  /** Examples and bounds are taken, what is beyond the bounds is not: each is written to a file, and a command run with it. */
  @TestFactory
  List<DynamicTest> boundsAreWhatTheFileSays() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Explained setting : explained()) {
      Map<String, Boolean> values = new LinkedHashMap<>();
      values.put(setting.example, true);
      String said = setting.facts.get("values");
      Matcher range = RANGE.matcher(said);
      if (range.matches()) {
        long least = Long.parseLong(range.group(1));
        long most = Long.parseLong(range.group(2));
        values.put(Long.toString(least), true);
        values.put(Long.toString(most), true);
        values.put(Long.toString(least - 1), false);
        values.put(Long.toString(most + 1), false);
      } else if (said.matches("\\d+ or more")) {
        long least = Long.parseLong(said.split(" ")[0]);
        values.put(Long.toString(least), true);
        values.put(Long.toString(least - 1), false);
      } else if (said.matches("[a-z]+(, [a-z]+)+")) {
        List.of(said.split(", ")).forEach(each -> values.put(each, true));
        values.put("perhaps", false);
      }
      values.forEach((value, right) -> tests.add(DynamicTest.dynamicTest(
          setting.name + "=" + value, () -> isTaken(setting, value, right))));
    }
    return tests;
  }

  private void isTaken(Explained setting, String value, boolean right) throws IOException {
    Path file = Files.writeString(temp.resolve("settings"), setting.name + "=" + value + "\n");
    CommandLine line = RootCommand.commandLine(new Settings(file, false, Map.of()));
    List<String> commands = List.of(setting.facts.get("commands").split(", "));
    List<Object> arguments = new ArrayList<>();
    Path none = temp.resolve("none");
    if (commands.contains("save")) {
      arguments.addAll(List.of("save", temp.resolve("out.npz")));
      arguments.add(SettingsTest.npy(temp.resolve("a.npy")));
      if ("or-spawn".equals(setting.name)) {
        arguments.add("--attach");
      }
      if (!"shared-memory".equals(setting.name)) {
        // So many workers shall not start: there is no place for them.
        arguments.addAll(List.of("--shared-memory", none));
      }
    } else if (commands.contains("coordinator")) {
      // It ends as soon as it looks at its roots, which is after it has looked at its options.
      arguments.add("coordinator");
      if (!"root".equals(setting.name)) {
        arguments.addAll(List.of("--root", none));
      }
      if (!"shared-memory-budget".equals(setting.name)) {
        arguments.addAll(List.of("--shared-memory-budget", "512G"));
      }
    } else {
      arguments.add(commands.get(0));
    }
    Cli cli = Cli.run(line, arguments.toArray());
    if (right) {
      assertNotEquals(2, cli.exit(), cli::toString);
    } else {
      cli.exits(2);
      assertTrue(cli.err().contains(file + ":1"), cli.err());
    }
  }

  @Test
  void theFileAsItComesSetsNothing() {
    assertEquals(Map.of(), SettingsFile.read(FILE, Settings.NAMES).entries());
  }

  @Test
  void thePageIsMadeOfTheFile() throws IOException {
    StringBuilder page = new StringBuilder("""
        # Settings

        <!-- Made of config/parallel-saver.properties by ConfigurationTest; change that file, then: mvn test -Dtest=ConfigurationTest -Dwrite.docs -->

        An option of a command or a service that is not given on its command line is taken from a variable of the environment, else from a line
        `name=value` of the settings file, else it is what stands under "unless set". The file is `/etc/parallel-saver/parallel-saver.properties`
        when parallel-saver was installed as a package, else `config/parallel-saver.properties` beside `bin/`; `PARALLEL_SAVER_CONFIG` names another. A name that
        does not exist and a value that cannot be are errors, which name file and line; no command starts until that is mended.

        """);
    page.append("| setting | values | unless set | variable | commands |\n|---|---|---|---|---|\n");
    for (Explained setting : explained()) {
      page.append("| [`")
          .append(setting.name)
          .append("`](#")
          .append(setting.name)
          .append(") | ");
      page.append(setting.facts.get("values")).append(" | ");
      page.append(setting.facts.get("unless set")).append(" | `");
      page.append(setting.facts.get("variable")).append("` | ");
      page.append(setting.facts.get("commands")).append(" |\n");
    }
    for (Explained setting : explained()) {
      page.append("\n## ").append(setting.name).append("\n\n").append(setting.meaning);
      page.append(" For example `").append(setting.name).append('=').append(setting.example);
      page.append("`.\n");
    }
    page.append("""

        ## Not settings

        | variable | what it is |
        |---|---|
        | `PARALLEL_SAVER_CONFIG` | the settings file; that it is missing is an error then |
        | `JAVA_HOME` | the Java to use, 17 or newer; else it is the one on the `PATH` |
        | `PARALLEL_SAVER_OPTS` | flags for the JVM of a command or a service, after those of `jvm.options` in `/etc/parallel-saver` (`config/java.options` beside `bin/`) |
        | `PARALLEL_SAVER_WORKER_OPTS` | flags for the JVMs of workers that a command starts |
        | `PARALLEL_SAVER_WORKER_ENV` | names of further variables that such workers get |
        | `PARALLEL_SAVER_LOG_LEVEL` | `ERROR`, `WARN`, `INFO` (unless set), `DEBUG`, `TRACE` |
        | `PARALLEL_SAVER_LOG` | `terminal` (unless set), or `journal`: lines as journald wants them |
        | `PARALLEL_SAVER_PYTHON` | the Python with NumPy that `demo` and `bench` compare with |
        """);
    if (System.getProperty("write.docs") != null) {
      Files.writeString(PAGE, page);
    }
    assertEquals(page.toString(), Files.readString(PAGE), "write it with -Dwrite.docs");
  }
}
