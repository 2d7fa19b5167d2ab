package io.parallelsaver.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Range;

/**
 * What a command takes, in the order of its help. Fields with picocli's annotations would say the same, but the JVM makes a class for each kind
 * of annotation at each start, and picocli looks at every member of every command: a quarter of the time of a small one.
 */
public final class Syntax {
  private final CommandSpec spec;

  /** What is to be built when all has been said of it. */
  private final List<Runnable> additions = new ArrayList<>();

  /**
   * @param command what is called when the command line names it
   * @param description lines at the top of its help
   */
  public Syntax(Command command, String name, String... description) {
    this.spec = CommandSpec.wrapWithoutInspection(command).name(name);
    spec.usageMessage().description(description);
  }

  /** Lines at the end of its help. */
  public void examples(String... lines) {
    spec.usageMessage().footerHeading("%nExamples:%n").footer(lines);
  }

  /** It stands in no help. */
  public void hidden() {
    spec.usageMessage().hidden(true);
  }

  /**
   * @param label of all of them in the help
   */
  public void subcommands(String label, Command... commands) {
    spec.usageMessage().synopsisSubcommandLabel(label);
    for (Command command : commands) {
      spec.addSubcommand(command.spec().name(), command.spec());
    }
  }

  /** An option without a value. */
  public OptionSpec.Builder flag(String name, Consumer<Boolean> to) {
    return add(OptionSpec.builder(name).type(boolean.class), to);
  }

  /**
   * An option with one value.
   *
   * @param label what its value is called in the help
   * @param to takes the value, if there is one
   */
  public <T> OptionSpec.Builder option(String name, String label, Class<T> type, Consumer<T> to) {
    return add(OptionSpec.builder(name).type(type), to).paramLabel(label);
  }

  /** An option that may be given several times. */
  public <T> OptionSpec.Builder options(
      String name, String label, Class<T> type, Consumer<List<T>> to) {
    OptionSpec.Builder option = OptionSpec.builder(name).type(List.class).auxiliaryTypes(type);
    return add(option, to).paramLabel(label);
  }

  /**
   * What stands on the command line without a name. It must be there, unless its arity says that it need not.
   *
   * @param index its place, counted from 0
   */
  public <T> PositionalParamSpec.Builder parameter(
      String index, String label, Class<T> type, Consumer<T> to) {
    PositionalParamSpec.Builder parameter = PositionalParamSpec.builder().type(type);
    return add(parameter, to).index(index).paramLabel(label);
  }

  /**
   * The same, several of them.
   *
   * @param index their places, {@code 1..*} for instance
   */
  public <T> PositionalParamSpec.Builder parameters(
      String index, String label, Class<T> type, Consumer<List<T>> to) {
    PositionalParamSpec.Builder parameters =
        PositionalParamSpec.builder().type(List.class).auxiliaryTypes(type);
    return add(parameters, to).index(index).paramLabel(label);
  }

  private OptionSpec.Builder add(OptionSpec.Builder option, Consumer<?> to) {
    Binding<?> binding = new Binding<>(to);
    additions.add(() -> spec.addOption(option.build()));
    return option.getter(binding).setter(binding);
  }

  private PositionalParamSpec.Builder add(PositionalParamSpec.Builder parameter, Consumer<?> to) {
    Binding<?> binding = new Binding<>(to);
    additions.add(() -> {
      Range arity = parameter.arity();
      boolean required = arity == null || arity.min() > 0;
      spec.addPositional(parameter.required(required).build());
    });
    return parameter.getter(binding).setter(binding);
  }

  /** Hands values on as they come; that there is none yet is not handed on, so that a field keeps what it begins with. */
  private static final class Binding<T> implements IGetter, ISetter {
    private final Consumer<T> to;
    private T value;

    Binding(Consumer<T> to) {
      this.to = to;
    }

    // picocli converts to the type that the argument has, and does not say so in its types.
    @Override
    @SuppressWarnings("unchecked")
    public <V> V get() {
      return (V) value;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <V> V set(V next) {
      V before = (V) value;
      value = (T) next;
      if (value != null) {
        to.accept(value);
      }
      return before;
    }
  }

  /** The command line that the command is part of, once it has been parsed. */
  CommandLine line() {
    return spec.commandLine();
  }

  /** All of it. No argument may be added from then on. */
  public CommandSpec spec() {
    additions.forEach(Runnable::run);
    additions.clear();
    return spec;
  }
}
