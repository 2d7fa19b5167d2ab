package io.parallelsaver.cli;

import java.util.Map;

/** What the coordinator says of a request, in words. */
final class Shown {
  private Shown() {}

  /** What a request has done, in the words of the command itself. */
  static String done(Map<String, ?> shown) {
    Map<?, ?> outcome = (Map<?, ?>) shown.get("outcome");
    String did =
        switch (String.valueOf(shown.get("kind"))) {
          case "save" -> "saved ";
          case "restore" -> "restored ";
          default -> "converted ";
        };
    return did
        + Summary.of(
            (int) number(outcome, "arrays"),
            number(outcome, "bytes"),
            ((Number) outcome.get("seconds")).doubleValue(),
            (int) number(outcome, "workers"))
        + " to " + outcome.get("file");
  }

  /** How far it is, or what has become of it. */
  static String detail(Map<String, ?> shown) {
    if (shown.get("outcome") != null) {
      return done(shown);
    } else if (shown.get("message") != null) {
      return shown.get("message") + " (exit code " + shown.get("exit") + ")";
    } else if (shown.get("total") != null && number(shown, "total") > 0) {
      return ByteSize.text(number(shown, "done")) + " of " + ByteSize.text(number(shown, "total"));
    }
    return "";
  }

  private static long number(Map<?, ?> map, String name) {
    return ((Number) map.get(name)).longValue();
  }
}
