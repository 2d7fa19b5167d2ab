package io.parallelsaver.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;

/** {@code parallel-saver}: what its commands have in common. */
final class RootCommand implements Command {
  /** Where {@link Failures} and the log find it. */
  boolean debug;

  private final CommandSpec spec;

  private RootCommand() {
    Syntax syntax = new Syntax(
        this,
        "parallel-saver",
        "Saves and loads many NumPy arrays in parallel, with several worker processes.",
        "parallel-saver @FILE takes a command and its arguments from FILE, one on a line.");
    // Not picocli's mixin of these two, which is one with annotations.
    syntax
        .flag("-h", value -> {})
        .names("-h", "--help")
        .usageHelp(true)
        .scopeType(ScopeType.INHERIT)
        .description("Show this help message and exit.");
    syntax
        .flag("-V", value -> {})
        .names("-V", "--version")
        .versionHelp(true)
        .scopeType(ScopeType.INHERIT)
        .description("Print version information and exit.");
    syntax
        .flag("--debug", value -> debug = value)
        .scopeType(ScopeType.INHERIT)
        .description("Log more, and print stack traces with errors.");
    spec = syntax.spec();
    // All commands take over what follows.
    spec.scopeType(ScopeType.INHERIT).versionProvider(new Version());
    spec.usageMessage()
        .synopsisSubcommandLabel("COMMAND")
        .sortOptions(false)
        .width(100)
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(exitCodes());
  }

  private static Map<String, String> exitCodes() {
    Map<String, String> codes = new LinkedHashMap<>();
    codes.put("0", "done");
    codes.put("1", "failed for another reason than those below");
    codes.put("2", "the command line is wrong");
    codes.put("3", "input is refused or damaged, also: verify has found damage");
    codes.put("4", "no space left, on a disk or in shared memory");
    codes.put(
        "129, 130, 143", "ended by SIGHUP, Ctrl-C, SIGTERM; what was not finished is removed");
    return codes;
  }

  /**
   * The command line, ready to execute these arguments. Only the command they begin with is known to it, since the model of each takes
   * milliseconds to build; all are, if they begin with anything else: then there is help to give, or a name to suggest.
   */
  static CommandLine commandLine(String... arguments) {
    return commandLine(Settings.ofThisProcess(), arguments);
  }

  static CommandLine commandLine(Settings settings, String... arguments) {
    RootCommand root = new RootCommand();
    CommandLine line = new CommandLine(root.spec);
    for (Command command : commands(arguments.length == 0 ? "" : arguments[0])) {
      line.addSubcommand(command.spec());
    }
    Failures failures = new Failures(root, settings);
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        // A file whose name begins with @ is a file.
        .setExpandAtFiles(false)
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setDefaultValueProvider(settings)
        .registerConverter(ByteSize.class, RootCommand::size)
        .setParameterExceptionHandler(failures)
        .setExecutionStrategy(failures);
  }

  private static List<Command> commands(String name) {
    return switch (name) {
      case "save" -> List.of(new SaveCommand());
      case "restore" -> List.of(new RestoreCommand());
      case "convert" -> List.of(new ConvertCommand());
      case "inspect" -> List.of(new InspectCommand());
      case "verify" -> List.of(new VerifyCommand());
      case "top" -> List.of(new TopCommand());
      case "watch" -> List.of(new WatchCommand());
      case "repair" -> List.of(new RepairCommand());
      case "worker" -> List.of(new ResidentWorkerCommand());
      case "coordinator" -> List.of(new CoordinatorCommand());
      case "submit" -> List.of(new SubmitCommand());
      case "status" -> List.of(new StatusCommand());
      case "wait" -> List.of(new WaitCommand());
      case "cancel" -> List.of(new CancelCommand());
      case "list" -> List.of(new ListCommand());
      default -> all();
    };
  }

  private static List<Command> all() {
    List<Command> all = new ArrayList<>(List.of(
        new SaveCommand(),
        new RestoreCommand(),
        new ConvertCommand(),
        new InspectCommand(),
        new VerifyCommand(),
        new RepairCommand(),
        new CleanCommand(),
        new TopCommand(),
        new WatchCommand(),
        new ResidentWorkerCommand(),
        new DemoCommand(),
        new CoordinatorCommand(),
        new SubmitCommand(),
        new StatusCommand(),
        new WaitCommand(),
        new CancelCommand(),
        new ListCommand()));
    ServiceLoader.load(Subcommand.class).forEach(all::add);
    return all;
  }

  private static ByteSize size(String text) {
    try {
      return ByteSize.parse(text);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.TypeConversionException(e.getMessage());
    }
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public Integer call() {
    throw new Failures.NoCommand(spec.commandLine());
  }

  /**
   * The version that stands in the jar's manifest. It is asked for at each start; a resource in the jar would be looked for in all jars before
   * it.
   */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = RootCommand.class.getPackage().getImplementationVersion();
      return new String[] {
        "parallel-saver " + (version == null ? "(not from a jar)" : version),
        "Java " + Runtime.version()
      };
    }
  }
}
