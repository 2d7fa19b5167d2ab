package io.parallelsaver.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code parallel-saver}: what its commands have in common. */
@Command(
    name = "parallel-saver",
    description = "Saves and loads many NumPy arrays in parallel, with several worker processes.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      SaveCommand.class,
      RestoreCommand.class,
      ConvertCommand.class,
      InspectCommand.class,
      VerifyCommand.class,
      CleanCommand.class,
      DemoCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = RootCommand.Version.class,
    scope = ScopeType.INHERIT,
    sortOptions = false,
    usageHelpWidth = 100,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed for another reason than those below",
      "2:the command line is wrong",
      "3:input is refused or damaged, also: verify has found damage",
      "4:no space left, on a disk or in shared memory",
      "130:ended by Ctrl-C; the target is what it was, and nothing is left behind"
    })
final class RootCommand implements Runnable {
  /** Where {@link Failures} and the log find it. */
  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Log more, and print stack traces with errors.")
  boolean debug;

  @Spec
  CommandSpec spec;

  /** The whole command line, ready to execute. */
  static CommandLine commandLine() {
    RootCommand root = new RootCommand();
    CommandLine line = new CommandLine(root);
    ServiceLoader.load(Subcommand.class).forEach(line::addSubcommand);
    Failures failures = new Failures(root);
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        // A file whose name begins with @ is a file.
        .setExpandAtFiles(false)
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .registerConverter(ByteSize.class, RootCommand::size)
        .setParameterExceptionHandler(failures)
        .setExecutionStrategy(failures);
  }

  private static ByteSize size(String text) {
    try {
      return ByteSize.parse(text);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.TypeConversionException(e.getMessage());
    }
  }

  @Override
  public void run() {
    throw new Failures.NoCommand(spec.commandLine());
  }

  /** The version Maven has written into the jar. */
  static final class Version implements IVersionProvider {
    private static final String RESOURCE =
        "/META-INF/maven/io.parallelsaver/parallel-saver-coordinator/pom.properties";

    @Override
    public String[] getVersion() throws IOException {
      Properties pom = new Properties();
      try (InputStream in = RootCommand.class.getResourceAsStream(RESOURCE)) {
        if (in != null) {
          pom.load(in);
        }
      }
      return new String[] {
        "parallel-saver " + pom.getProperty("version", "(not from a jar)"),
        "Java " + Runtime.version()
      };
    }
  }
}
