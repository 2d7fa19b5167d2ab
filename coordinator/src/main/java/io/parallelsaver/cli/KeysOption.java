package io.parallelsaver.cli;

import java.util.List;
import picocli.CommandLine.Option;

/** {@code --keys}. */
final class KeysOption {
  @Option(
      names = "--keys",
      paramLabel = "A,B",
      split = ",",
      description = "Only these arrays; may be given more than once. Nothing is read of others.")
  List<String> keys;
}
