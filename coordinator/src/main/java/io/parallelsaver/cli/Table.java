package io.parallelsaver.cli;

import java.io.PrintWriter;
import java.util.List;

/** Aligned columns. Rows are measured first and printed after, so that none need be kept. */
public final class Table {
  /** A cell wider than this does not push all others aside. */
  private static final int WIDEST = 40;

  private static final String GAP = "  ";

  private final String alignment;
  private final int[] widths;

  /**
   * @param alignment a character for each column: r for right, any other for left
   */
  public Table(String alignment, List<String> headings) {
    this.alignment = alignment;
    this.widths = new int[headings.size()];
    measure(headings);
  }

  /** Makes the columns wide enough for this row. */
  public void measure(List<String> row) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], Math.min(WIDEST, length(row.get(i))));
    }
  }

  /** Prints a row. */
  public void print(PrintWriter out, List<String> row) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = row.get(i);
      String padding = " ".repeat(Math.max(0, widths[i] - length(cell)));
      line.append(i == 0 ? "" : GAP)
          .append(alignment.charAt(i) == 'r' ? padding + cell : cell + padding);
    }
    out.println(line.toString().stripTrailing());
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
