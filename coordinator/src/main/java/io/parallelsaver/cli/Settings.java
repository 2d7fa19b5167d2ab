package io.parallelsaver.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * What an option is when the command line does not say: a variable of the environment, else a line of the settings file, else what the option
 * is without either. A setting bears the name of its option and counts for every command that has this option.
 */
final class Settings implements IDefaultValueProvider {
  /** Options with a setting; {@code config/parallel-saver.properties} explains each. */
  static final Set<String> NAMES = Set.of(
      "align",
      "attach",
      "compress",
      "durability",
      "keep",
      "keep-days",
      "max-header-size",
      "or-spawn",
      "parallel",
      "pool",
      "progress",
      "queue",
      "root",
      "run-dir",
      "shared-memory",
      "shared-memory-budget",
      "stall-timeout",
      "state-dir",
      "stop-grace",
      "watch-port",
      "workers");

  private static final String PREFIX = "PARALLEL_SAVER_";

  private final Path file;
  private final boolean optional;
  private final Map<String, String> environment;
  private final Map<String, String> origins = new HashMap<>();
  private SettingsFile read;

  /**
   * @param file may be null: there is none
   * @param optional whether it may be missing
   */
  Settings(Path file, boolean optional, Map<String, String> environment) {
    this.file = file;
    this.optional = optional;
    this.environment = environment;
  }

  static Settings ofThisProcess() {
    String named = System.getenv(PREFIX + "CONFIG");
    String home = System.getProperty("parallelsaver.home");
    Path file = named != null
        ? Path.of(named)
        : home == null ? null : Path.of(home, "config", "parallel-saver.properties");
    return new Settings(file, named == null, System.getenv());
  }

  /** The variable that overrides a setting: {@code PARALLEL_SAVER_STALL_TIMEOUT}. */
  static String variable(String name) {
    // Older than the file.
    return PREFIX
        + ("shared-memory".equals(name) ? "SHM" : name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)) {
      return null;
    }
    String name = name(option);
    if (!NAMES.contains(name)) {
      return null;
    }
    CommandLine line = option.command().commandLine();
    String variable = variable(name);
    String value = environment.get(variable);
    String origin = "set by " + variable;
    if (value == null || value.isEmpty()) {
      SettingsFile.Entry entry = file(line).entries().get(name);
      if (entry == null) {
        return null;
      }
      value = entry.value();
      origin = "set in " + file + ":" + entry.line();
    }
    origins.put(option.longestName(), origin);
    check(line, option, value);
    return value;
  }

  /** What the parser takes for granted on a command line, where these options stand alone or before something else. */
  private static void check(CommandLine line, OptionSpec option, String value) {
    boolean level = "--compress".equals(option.longestName());
    if (level && !value.matches("[0-9]{1,9}")) {
      throw new ParameterException(line, "--compress: '" + value + "' is no level");
    } else if (!level && option.arity().max() == 0 && !value.matches("true|false")) {
      throw new ParameterException(
          line, option.longestName() + ": '" + value + "' is neither true nor false");
    }
  }

  static String name(OptionSpec option) {
    String longest = option.longestName();
    return longest.startsWith("--") ? longest.substring(2) : longest;
  }

  private SettingsFile file(CommandLine line) {
    if (read == null) {
      if (file == null || optional && !Files.exists(file)) {
        read = new SettingsFile(file, Map.of());
      } else {
        try {
          read = SettingsFile.read(file, NAMES);
        } catch (IllegalArgumentException e) {
          throw new ParameterException(line, e.getMessage(), e);
        }
      }
    }
    return read;
  }

  /** Where the value comes from that this complaint is about, in words to be added to it; empty if it is from the command line. */
  String origin(String complaint) {
    for (Map.Entry<String, String> origin : origins.entrySet()) {
      if (complaint.contains(origin.getKey())) {
        return ", " + origin.getValue();
      }
    }
    return "";
  }
}
