package io.parallelsaver.cli;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many files this process may have open. Where these are too few a class cannot be loaded, or a library not be found, and Java says
 * no more than that.
 */
final class OpenFileLimit {
  /** Less than this a command with a few workers may need. */
  private static final int ENOUGH = 256;

  /** How the system, the JVM and the helper by which the JVM starts processes say it. */
  private static final List<String> SIGNS =
      List.of("Too many open files", "error=24", "spawn helper");

  private static final Pattern SOFT = Pattern.compile("Max open files +(\\d+)");

  private OpenFileLimit() {}

  /** What to say behind a failure that nobody understands; nothing if there are files enough. */
  static String advice() {
    try (InputStream limits = new FileInputStream("/proc/self/limits")) {
      Matcher soft = SOFT.matcher(new String(limits.readAllBytes(), StandardCharsets.US_ASCII));
      return soft.find() && Long.parseLong(soft.group(1)) < ENOUGH ? advice(soft.group(1)) : "";
    } catch (IOException e) {
      return advice("few");
    }
  }

  /** The same behind a failure that is understood, if it is this one and does not say so itself. */
  static String advice(Throwable failure) {
    if (String.valueOf(failure.getMessage()).contains("ulimit")) {
      return "";
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (SIGNS.stream().anyMatch(message::contains)) {
        return advice();
      }
    }
    return "";
  }

  private static String advice(String limit) {
    return "; this process may have only " + limit
        + " open files: raise the process's limit of open files (ulimit -n)";
  }
}
