package io.parallelsaver.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The manual page of one command in the language of {@code man(7)}, from what the command says of itself. */
final class ManualPage {
  private final CommandSpec spec;
  private final UsageMessageSpec usage;
  private final StringBuilder page = new StringBuilder();

  private ManualPage(CommandLine line) {
    spec = line.getCommandSpec();
    usage = spec.usageMessage();
  }

  /** Name of a command's page, without its section: {@code parallel-saver-save}. */
  static String name(CommandLine line) {
    return line.getCommandSpec().qualifiedName("-");
  }

  static String of(CommandLine line, String version) {
    ManualPage manual = new ManualPage(line);
    manual.write(line, version);
    return manual.page.toString();
  }

  private void write(CommandLine line, String version) {
    macro("TH", name(line).toUpperCase(Locale.ROOT), "1", "", version, "parallel-saver");
    // No hyphens in names of options, and no words drawn apart.
    page.append(".nh\n.ad l\n");
    section("NAME");
    text(name(line) + " - " + usage.description()[0].replaceAll("\\.$", ""));
    section("SYNOPSIS");
    text(line.getHelp().synopsis(0).replaceAll("\\s+", " ").strip());
    section("DESCRIPTION");
    for (String paragraph : usage.description()) {
      macro("PP");
      text(paragraph);
    }
    commands(line.getSubcommands());
    arguments();
    options();
    section("EXIT STATUS");
    usage.exitCodeList().forEach((code, meaning) -> tagged(code.strip(), meaning));
    if (usage.footer().length > 0) {
      section("EXAMPLES");
      verbatim(usage.footer());
    }
    environment();
    also(line);
  }

  private void commands(Map<String, CommandLine> commands) {
    if (!commands.isEmpty()) {
      section("COMMANDS");
      commands.forEach((name, command) ->
          tagged(name, command.getCommandSpec().usageMessage().description()[0]));
    }
  }

  private void arguments() {
    List<PositionalParamSpec> positional = spec.positionalParameters();
    if (!positional.isEmpty()) {
      section("ARGUMENTS");
      positional.forEach(each -> tagged(each.paramLabel(), description(each)));
    }
  }

  private void options() {
    section("OPTIONS");
    for (OptionSpec option : spec.options()) {
      if (!option.hidden()) {
        tagged(names(option), description(option));
      }
    }
  }

  private static String names(OptionSpec option) {
    StringJoiner names = new StringJoiner(", ");
    List.of(option.names()).forEach(names::add);
    if (option.arity().max() == 0) {
      return names.toString();
    }
    String value = "=" + option.paramLabel();
    return names + (option.arity().min() == 0 ? "[" + value + "]" : value);
  }

  private static String[] description(ArgSpec arg) {
    return arg.description();
  }

  private void environment() {
    section("ENVIRONMENT AND FILES");
    tagged(
        "PARALLEL_SAVER_CONFIG",
        "The file of settings; else it is config/parallel-saver.properties in the program's folder, or /etc/parallel-saver/parallel-saver.properties. That file says which options have a setting, and names the variable of each.");
    tagged("PARALLEL_SAVER_OPTS", "Flags for the JVM.");
    tagged("JAVA_HOME", "The Java to use, 17 or newer; else it is the one on the PATH.");
  }

  private void also(CommandLine line) {
    section("SEE ALSO");
    StringJoiner pages = new StringJoiner(", ");
    CommandLine parent = line.getParent();
    CommandLine root = parent == null ? line : parent;
    if (parent != null) {
      pages.add(name(root) + "(1)");
    }
    root.getSubcommands().values().stream()
        .filter(each -> each != line)
        .forEach(each -> pages.add(name(each) + "(1)"));
    text(pages.toString());
  }

  private void section(String title) {
    macro("SH", title);
  }

  private void tagged(String tag, String... paragraphs) {
    macro("TP");
    page.append("\\fB").append(escape(tag)).append("\\fP\n");
    String between = "";
    for (String paragraph : paragraphs) {
      page.append(between);
      text(paragraph);
      between = ".br\n";
    }
  }

  private void verbatim(String[] lines) {
    macro("PP");
    macro("nf");
    List.of(lines).forEach(this::text);
    macro("fi");
  }

  private void text(String text) {
    page.append(escape(text)).append('\n');
  }

  private void macro(String name, String... arguments) {
    page.append('.').append(name);
    for (String argument : arguments) {
      page.append(" \"").append(escape(argument).replace("\"", "\\(dq")).append('"');
    }
    page.append('\n');
  }

  /** A line may not begin like a request, and a minus is no hyphen: it shall be found when it is copied. */
  private static String escape(String text) {
    String escaped = text.replace("%n", " ")
        .replace("%%", "%")
        .replace("\\", "\\e")
        .replace("-", "\\-")
        .replace("'", "\\(aq")
        .replace("`", "\\(ga")
        .replace("^", "\\(ha")
        .replace("~", "\\(ti");
    return escaped.startsWith(".") ? "\\&" + escaped : escaped;
  }
}
