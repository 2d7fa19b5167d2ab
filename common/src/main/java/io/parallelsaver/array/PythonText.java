package io.parallelsaver.array;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Values written as Python's {@code repr} writes them: what NumPy puts into a {@code .npy} header. */
public final class PythonText {
  private static final int LONGEST = 100;

  private PythonText() {}

  /** A {@code str} in quotes. Single quotes unless the text has single and no double ones. */
  public static String quote(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder out = new StringBuilder().append(quote);
    text.codePoints().forEach(point -> escape(out, point, quote));
    return out.append(quote).toString();
  }

  /** The same of a text that somebody else chose, for a message: of a long one only the beginning. */
  public static String quoteStart(String text) {
    return quote(text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text);
  }

  private static void escape(StringBuilder out, int point, char quote) {
    if (point == quote || point == '\\') {
      out.append('\\').appendCodePoint(point);
    } else if (point == '\n') {
      out.append("\\n");
    } else if (point == '\r') {
      out.append("\\r");
    } else if (point == '\t') {
      out.append("\\t");
    } else if (printable(point)) {
      out.appendCodePoint(point);
    } else if (point < 0x100) {
      out.append(String.format(Locale.ROOT, "\\x%02x", point));
    } else if (point < 0x10000) {
      out.append(String.format(Locale.ROOT, "\\u%04x", point));
    } else {
      out.append(String.format(Locale.ROOT, "\\U%08x", point));
    }
  }

  /** Python's {@code str.isprintable}: everything but "other" and "separator" characters, space excepted. */
  private static boolean printable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR -> false;
      case Character.SPACE_SEPARATOR -> point == ' ';
      default -> true;
    };
  }

  /** A tuple of integers: {@code ()}, {@code (3,)}, {@code (3, 4)}. */
  public static String tuple(long... values) {
    String inner = Arrays.stream(values).mapToObj(Long::toString).collect(Collectors.joining(", "));
    return "(" + inner + (values.length == 1 ? ",)" : ")");
  }

  static String tuple(int... values) {
    return tuple(Arrays.stream(values).asLongStream().toArray());
  }
}
