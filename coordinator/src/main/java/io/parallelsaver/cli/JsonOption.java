package io.parallelsaver.cli;

/** {@code --json}. */
final class JsonOption {
  boolean wanted;

  JsonOption(Syntax syntax) {
    syntax
        .flag("--json", value -> wanted = value)
        .description(
            "Print one JSON document to standard output, and nothing else there; after a failure it has the members \"error\" and \"exit\".");
  }

  /** A command that has this option. */
  interface Carrier {
    JsonOption json();
  }
}
