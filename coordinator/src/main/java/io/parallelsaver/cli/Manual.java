package io.parallelsaver.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
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
    write(pages, root, arguments[1]);
    for (CommandLine command : root.getSubcommands().values()) {
      write(pages, command, arguments[1]);
    }
    Path completions = Files.createDirectories(folder.resolve("bash-completion/completions"));
    String name = root.getCommandName();
    Files.writeString(completions.resolve(name), AutoComplete.bash(name, root));
  }

  private static void write(Path pages, CommandLine command, String version) throws IOException {
    Path file = pages.resolve(ManualPage.name(command) + ".1.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(
          ManualPage.of(command, "parallel-saver " + version).getBytes(StandardCharsets.UTF_8));
    }
  }
}
