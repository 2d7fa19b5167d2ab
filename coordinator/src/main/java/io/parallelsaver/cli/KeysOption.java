package io.parallelsaver.cli;

import java.util.List;

/** {@code --keys}. */
final class KeysOption {
  List<String> keys;

  KeysOption(Syntax syntax) {
    syntax
        .options("--keys", "A,B", String.class, value -> keys = value)
        .description("Only these arrays; may be given more than once. Nothing is read of others.")
        .splitRegex(",");
  }
}
