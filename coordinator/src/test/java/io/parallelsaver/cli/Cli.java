package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
    try (JsonParser in = new JsonFactory().createParser(out)) {
      in.nextToken();
      Object document = value(in);
      assertEquals(null, in.nextToken(), () -> "more than one document: " + out);
      return (Map<?, ?>) document;
    } catch (IOException e) {
      throw new AssertionError("no JSON: " + this, e);
    }
  }

  private static Object value(JsonParser in) throws IOException {
    if (in.currentToken() == JsonToken.START_OBJECT) {
      Map<String, Object> members = new LinkedHashMap<>();
      while (in.nextToken() != JsonToken.END_OBJECT) {
        String name = in.currentName();
        in.nextToken();
        assertEquals(null, members.put(name, value(in)), () -> "twice: " + name);
      }
      return members;
    } else if (in.currentToken() == JsonToken.START_ARRAY) {
      List<Object> elements = new ArrayList<>();
      while (in.nextToken() != JsonToken.END_ARRAY) {
        elements.add(value(in));
      }
      return elements;
    }
    return switch (in.currentToken()) {
      case VALUE_NUMBER_INT -> in.getLongValue();
      case VALUE_NUMBER_FLOAT -> in.getDoubleValue();
      case VALUE_TRUE, VALUE_FALSE -> in.getBooleanValue();
      case VALUE_NULL -> null;
      default -> in.getText();
    };
  }
}
