package io.parallelsaver.bench;

import java.util.Locale;
import java.util.function.DoubleFunction;

/** An SVG picture with a line of text and marks for each work, over a common scale. Colours come from the page. */
final class Plot {
  private static final int WIDTH = 960;
  private static final int ROW = 38;
  private static final int TOP = 28;

  /** Where the scale begins and ends; names stand left of it and values right of it. */
  static final double LEFT = 300;

  static final double RIGHT = 850;

  private final StringBuilder body = new StringBuilder();
  private final int height;
  private double middle;
  private int rows;

  /**
   * @param baseline the value with a stronger line; not a number for none
   * @param label what stands at a value of the scale
   */
  Plot(String title, LogScale scale, double baseline, DoubleFunction<String> label, int rowCount) {
    this.height = TOP + ROW * rowCount + 6;
    body.append("<title>").append(escape(title)).append("</title>\n");
    for (double tick : scale.ticks()) {
      double x = scale.at(tick);
      line(tick == baseline ? "baseline" : "grid", x, TOP, x, height);
      text("tick", "middle", x, TOP - 9, label.apply(tick));
    }
  }

  /** Begins the next row. */
  void row(String name, String below, String value) {
    middle = TOP + ROW * (rows++ + 0.5);
    text("name", "end", LEFT - 16, middle - 2, name);
    text("below", "end", LEFT - 16, middle + 12, below);
    text("value", "end", WIDTH - 8, middle + 5, value);
  }

  void bar(String style, double from, double to) {
    add(
        "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"16\" rx=\"2\"/>",
        style, Math.min(from, to), middle - 8, Math.abs(to - from));
  }

  /** A line with an upright end on both sides. */
  void whisker(double from, double to) {
    line("whisker", from, middle, to, middle);
    line("whisker", from, middle - 5, from, middle + 5);
    line("whisker", to, middle - 5, to, middle + 5);
  }

  void connection(double from, double to) {
    line("connection", from, middle, to, middle);
  }

  void dot(String style, double x) {
    add("<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"6\"/>", style, x, middle);
  }

  private void line(String style, double x1, double y1, double x2, double y2) {
    add(
        "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
        style, x1, y1, x2, y2);
  }

  private void text(String style, String anchor, double x, double y, String text) {
    add(
        "<text class=\"%s\" text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>",
        style, anchor, x, y, escape(text));
  }

  private void add(String format, Object... values) {
    body.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  String svg() {
    return String.format(
        Locale.ROOT, "<svg viewBox=\"0 0 %d %d\" role=\"img\">%n%s</svg>", WIDTH, height, body);
  }

  /** Text as it must stand in HTML. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
