package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.OnSecondJava;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The manual pages and the shell's completion in the distribution, as their readers see them. */
@OnSecondJava
class ManualIT {
  private static final Path SHARE =
      Path.of(System.getProperty("parallelsaver.home")).resolve("share");

  @TempDir
  Path temp;

  @Test
  void eachCommandHasAPage() throws IOException {
    TreeSet<String> expected = new TreeSet<>(List.of("parallel-saver.1.gz"));
    for (CommandLine command : RootCommand.commandLine().getSubcommands().values()) {
      expected.add(ManualPage.name(command) + ".1.gz");
      command
          .getSubcommands()
          .values()
          .forEach(each -> expected.add(ManualPage.name(each) + ".1.gz"));
    }
    try (Stream<Path> pages = Files.list(SHARE.resolve("man/man1"))) {
      TreeSet<String> found = new TreeSet<>();
      pages.forEach(page -> found.add(page.getFileName().toString()));
      assertEquals(expected, found);
    }
  }

  @Test
  void pagesRenderWithoutAWarningAndSayWhatTheCommandSays() throws Exception {
    try (Stream<Path> pages = Files.list(SHARE.resolve("man/man1"))) {
      for (Path page : (Iterable<Path>) pages::iterator) {
        Path err = temp.resolve("err");
        String text = run(err, "man", "--warnings", "-l", page.toString());
        assertEquals("", Files.readString(err), page.toString());
        for (String part :
            List.of("NAME", "SYNOPSIS", "OPTIONS", "--help", "EXIT STATUS", "SEE ALSO")) {
          assertTrue(text.contains(part), () -> "no " + part + " in\n" + text);
        }
      }
    }
    String save = run(
        temp.resolve("err"),
        "man",
        "-l",
        SHARE.resolve("man/man1/parallel-saver-save.1.gz").toString());
    for (String part : List.of(
        "parallel-saver-save - Saves arrays",
        "--compress[=LEVEL]",
        "DIR: its .npy files",
        "    parallel-saver save --positional out.npz a.npy b.npy    arr_0 and arr_1")) {
      assertTrue(save.contains(part), () -> "no " + part + " in\n" + save);
    }
  }

  @Test
  void theShellCompletesCommandsAndOptions() throws Exception {
    assertEquals(List.of("save"), complete("sav"));
    assertEquals(List.of("--stall-timeout"), complete("restore", "a.npz", "--sta"));
    assertEquals(List.of("none"), complete("save", "--durability", "no"));
  }

  /** What bash offers for the last of these words. */
  private List<String> complete(String... words) throws Exception {
    String line = "parallel-saver " + String.join(" ", words);
    // Only bash itself may call compopt, and only while somebody types.
    String script = "compopt() { :; }\nsource '"
        + SHARE.resolve("bash-completion/completions/parallel-saver") + "'\n"
        + "COMP_WORDS=(" + line + ") COMP_CWORD=" + words.length + " COMP_LINE='" + line
        + "' COMP_POINT=" + line.length() + "\n"
        // Whatever function was named to bash for this command.
        + "function=$(complete -p parallel-saver | sed 's/.*-F \\([^ ]*\\) .*/\\1/')\n"
        + "$function parallel-saver '" + words[words.length - 1] + "' ''\n"
        + "printf '%s\\n' \"${COMPREPLY[@]}\"\n";
    Path err = temp.resolve("err");
    String said = run(err, "bash", "--norc", "-c", script);
    assertEquals("", Files.readString(err));
    return said.lines().map(String::strip).toList();
  }

  private String run(Path err, String... command) throws Exception {
    Path out = temp.resolve("out");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    // No pager, no bold letters drawn twice, and room for the longest line.
    builder.environment().put("MANWIDTH", "200");
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    String said = Files.readString(out);
    assertEquals(0, process.exitValue(), () -> said + error(err));
    return said;
  }

  private static String error(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
