package io.parallelsaver.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The settings in a file: a line {@code name=value} for each, blanks around both left out. Empty lines and those that begin with {@code #}
 * say nothing. There is no escaping and no going on in the next line.
 *
 * @param path where it is
 * @param entries by name; empty if there is no such file
 */
record SettingsFile(Path path, Map<String, Entry> entries) {
  /**
   * @param line number of the line, from 1
   */
  record Entry(String value, int line) {}

  /**
   * @param known the names there are
   * @throws IllegalArgumentException if it cannot be read, or a line is none of a setting; in words for the user
   */
  static SettingsFile read(Path path, Set<String> known) {
    String text;
    try {
      text = Files.readString(path);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read settings from " + path + ": " + e, e);
    }
    Map<String, Entry> entries = new HashMap<>();
    int number = 0;
    // Most of it is explanation, and each command reads it: that shall cost next to nothing.
    for (int start = 0; start < text.length(); number++) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      if (end > start && text.charAt(start) != '#') {
        String line = text.substring(start, end).strip();
        if (!line.isEmpty() && line.charAt(0) != '#') {
          add(entries, line, number + 1, path, known);
        }
      }
      start = end + 1;
    }
    return new SettingsFile(path, entries);
  }

  private static void add(
      Map<String, Entry> entries, String line, int number, Path path, Set<String> known) {
    int equals = line.indexOf('=');
    String name = (equals < 0 ? line : line.substring(0, equals)).strip();
    String where = path + ":" + number + ": ";
    if (!known.contains(name)) {
      throw new IllegalArgumentException(where + "there is no setting '" + name
          + "'; did you mean '" + nearest(name, known) + "'?");
    }
    if (equals < 0) {
      throw new IllegalArgumentException(where + "no value; write " + name + "=VALUE");
    }
    Entry entry = new Entry(line.substring(equals + 1).strip(), number);
    Entry before = entries.put(name, entry);
    if (before != null) {
      throw new IllegalArgumentException(
          where + "'" + name + "' is set in line " + before.line() + " already");
    }
  }

  private static String nearest(String name, Set<String> known) {
    String nearest = "";
    int least = Integer.MAX_VALUE;
    for (String each : known) {
      int distance = distance(name, each);
      if (distance < least || distance == least && each.compareTo(nearest) < 0) {
        least = distance;
        nearest = each;
      }
    }
    return nearest;
  }

  /** Letters that have to be put in, taken out or exchanged (Levenshtein). */
  private static int distance(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int exchanged = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(exchanged, Math.min(row[j - 1], above[j]) + 1);
      }
      above = row;
    }
    return above[b.length()];
  }
}
