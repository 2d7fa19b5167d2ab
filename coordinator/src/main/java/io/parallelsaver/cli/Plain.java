package io.parallelsaver.cli;

import java.time.Duration;
import java.util.Locale;

/** Times as people read them, and text as they may. */
final class Plain {
  private Plain() {}

  /** As hours:minutes:seconds. */
  static String time(Duration time) {
    long seconds = Math.max(0, time.toSeconds());
    return String.format(
        Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  /** On one line, and without what would move a terminal's cursor, or worse: files of other users have the names these gave them. */
  static String printable(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints().map(Plain::printable).forEach(shown::appendCodePoint);
    return shown.toString();
  }

  private static int printable(int character) {
    if (Character.isWhitespace(character)) {
      return ' ';
    }
    int type = Character.getType(character);
    boolean odd = Character.isISOControl(character)
        || type == Character.FORMAT
        || type == Character.SURROGATE
        || type == Character.UNASSIGNED;
    return odd ? '?' : character;
  }
}
