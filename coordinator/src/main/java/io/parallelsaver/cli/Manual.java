package io.parallelsaver.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.AutoComplete;
import picocli.CommandLine;

/**
 * Writes the manual pages and the shell's completion of all commands: {@code Manual FOLDER VERSION}. The build calls it; what it writes is
 * in the distribution, below {@code share/} as in any other.
 */
final class Manual {
  private Manual() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    CommandLine root = RootCommand.commandLine();
    Path pages = Files.createDirectories(folder.resolve("man/man1"));
    writeAll(pages, root, arguments[1]);
    Path completions = Files.createDirectories(folder.resolve("bash-completion/completions"));
    String name = root.getCommandName();
    Files.writeString(completions.resolve(name), completion(name, root));
  }

  /** Values of options are offered as they are documented, in lower case; and a shell reads this, which is no program. */
  private static String completion(String name, CommandLine root) {
    return AutoComplete.bash(name, root)
        .lines()
        .filter(line -> !line.startsWith("#!"))
        .map(line -> line.contains("_option_args=(") ? lowerCased(line) : line)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String lowerCased(String line) {
    int values = line.indexOf('(');
    return line.substring(0, values) + line.substring(values).toLowerCase(Locale.ROOT);
  }

  private static void writeAll(Path pages, CommandLine command, String version) throws IOException {
    write(pages, command, version);
    for (CommandLine each : command.getSubcommands().values()) {
      writeAll(pages, each, version);
    }
  }

  private static void write(Path pages, CommandLine command, String version) throws IOException {
    Files.writeString(
        pages.resolve(ManualPage.name(command) + ".1"),
        ManualPage.of(command, "parallel-saver " + version));
  }
}
