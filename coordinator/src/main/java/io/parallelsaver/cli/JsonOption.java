package io.parallelsaver.cli;

import picocli.CommandLine.Option;

/** {@code --json}. */
final class JsonOption {
  @Option(
      names = "--json",
      description =
          "Print one JSON document to standard output, and nothing else there; after a failure it has the members \"error\" and \"exit\".")
  boolean wanted;

  /** A command that has this option. */
  interface Carrier {
    JsonOption json();
  }
}
