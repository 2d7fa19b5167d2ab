package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parallelsaver.testing.JsonText;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import picocli.CommandLine;

/**
 * What a command has left.
 *
 * @param exit its exit code
 * @param out all of its standard output
 * @param err all of its standard error
 */
record Cli(int exit, String out, String err) {
  /** Runs a command in this JVM. */
  static Cli run(Object... arguments) {
    return run(RootCommand.commandLine(), arguments);
  }

  static Cli run(CommandLine line, Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = arguments[i].toString();
    }
    int exit = line.execute(texts);
    line.getOut().flush();
    line.getErr().flush();
    return new Cli(exit, out.toString(), err.toString());
  }

  Cli exits(int expected) {
    assertEquals(expected, exit, this::toString);
    return this;
  }

  /** The one JSON document that standard output must be. */
  Map<?, ?> json() {
    return (Map<?, ?>) JsonText.parse(out);
  }
}
