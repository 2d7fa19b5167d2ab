package io.parallelsaver.npy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the Python literals that stand in a {@code .npy} header, as {@code ast.literal_eval} does: strings, integers (with Python 2's
 * {@code L}), booleans, {@code None}, tuples, lists and dictionaries. Nothing is evaluated.
 */
final class PythonLiteral {
  /** Nesting beyond any dtype that NumPy can make; keeps a hostile header from using up the stack. */
  private static final int MAX_DEPTH = 64;

  /** A tuple, kept apart from a list because a dtype means different things by them. */
  record Tuple(List<Object> items) {}

  private final String text;
  private int at;
  private int depth;

  private PythonLiteral(String text) {
    this.text = text;
  }

  /**
   * Parses the whole text as one literal: {@code String}, {@code Long}, {@code Boolean}, {@link Tuple}, {@code List}, {@code Map} or
   * null for {@code None}.
   *
   * @throws IllegalArgumentException if it is anything else; the message gives the position
   */
  static Object parse(String text) {
    PythonLiteral parser = new PythonLiteral(text);
    Object value = parser.value();
    parser.skipSpace();
    if (parser.at < text.length()) {
      throw parser.unexpected("the end");
    }
    return value;
  }

  private Object value() {
    skipSpace();
    if (++depth > MAX_DEPTH) {
      throw new IllegalArgumentException("nested deeper than " + MAX_DEPTH + " at position " + at);
    }
    try {
      return switch (peek()) {
        case '{' -> dictionary();
        case '[' -> items('[', ']').items();
        case '(' -> tuple();
        case '\'', '"' -> string();
        default -> word();
      };
    } finally {
      depth--;
    }
  }

  private Map<Object, Object> dictionary() {
    Map<Object, Object> entries = new LinkedHashMap<>();
    expect('{');
    while (!accept('}')) {
      Object key = value();
      expect(':');
      entries.put(key, value());
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    return entries;
  }

  private Object tuple() {
    int start = at;
    Tuple tuple = items('(', ')');
    boolean comma = text.substring(start, at - 1).stripTrailing().endsWith(",");
    return tuple.items().size() == 1 && !comma ? tuple.items().get(0) : tuple;
  }

  private Tuple items(char open, char close) {
    List<Object> items = new ArrayList<>();
    expect(open);
    while (!accept(close)) {
      items.add(value());
      if (!accept(',')) {
        expect(close);
        break;
      }
    }
    return new Tuple(items);
  }

  private Object word() {
    int start = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || "+-_".indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    String word = text.substring(start, at);
    switch (word) {
      case "True":
        return true;
      case "False":
        return false;
      case "None":
        return null;
      case "u", "U":
        if (at < text.length() && (peek() == '\'' || peek() == '"')) {
          return string();
        }
        break;
      default:
        if (word.matches("[+-]?(0+|[1-9][0-9]{0,39})L?")) {
          return integer(word, start);
        }
    }
    at = start;
    throw unexpected("a literal");
  }

  private static Long integer(String word, int start) {
    String digits = word.endsWith("L") ? word.substring(0, word.length() - 1) : word;
    try {
      return new BigInteger(digits).longValueExact();
    } catch (ArithmeticException overflow) {
      throw new IllegalArgumentException(
          "integer " + digits + " at position " + start + " is outside 64 bits", overflow);
    }
  }

  private String string() {
    char quote = text.charAt(at++);
    StringBuilder out = new StringBuilder();
    while (peek() != quote) {
      char next = text.charAt(at++);
      if (next == '\\') {
        escape(out);
      } else if (next == '\n' || next == '\r' || next == 0) {
        at--;
        throw unexpected("a character of a string");
      } else {
        out.append(next);
      }
    }
    at++;
    return out.toString();
  }

  private void escape(StringBuilder out) {
    char kind = peek();
    at++;
    switch (kind) {
      case 'n' -> out.append('\n');
      case 't' -> out.append('\t');
      case 'r' -> out.append('\r');
      case '\\', '\'', '"' -> out.append(kind);
      case 'x' -> out.appendCodePoint(hex(2));
      case 'u' -> out.appendCodePoint(hex(4));
      case 'U' -> out.appendCodePoint(hex(8));
      default -> {
        at--;
        throw unexpected("an escape sequence");
      }
    }
  }

  private int hex(int digits) {
    int end = at + digits;
    if (end > text.length() || !text.substring(at, end).matches("[0-9a-fA-F]+")) {
      throw unexpected(digits + " hexadecimal digits");
    }
    long point = Long.parseLong(text.substring(at, end), 16);
    if (point > Character.MAX_CODE_POINT) {
      throw unexpected("a code point");
    }
    at = end;
    return (int) point;
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n\f".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw new IllegalArgumentException("ends in the middle of a literal");
    }
    return text.charAt(at);
  }

  private boolean accept(char wanted) {
    skipSpace();
    if (peek() != wanted) {
      return false;
    }
    at++;
    return true;
  }

  private void expect(char wanted) {
    if (!accept(wanted)) {
      throw unexpected("'" + wanted + "'");
    }
  }

  private IllegalArgumentException unexpected(String wanted) {
    String found = text.substring(at, Math.min(text.length(), at + 20));
    return new IllegalArgumentException(
        "at position " + at + " expected " + wanted + ", found \"" + found + "\"");
  }
}
