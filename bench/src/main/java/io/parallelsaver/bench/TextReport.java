package io.parallelsaver.bench;

import io.parallelsaver.cli.ByteSize;
import io.parallelsaver.cli.Table;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** The outcome as a table for a terminal. */
final class TextReport {
  private static final List<String> HEADINGS = List.of(
      "work",
      "peer",
      "pairs",
      "ratio",
      "min",
      "max",
      "ours s",
      "peer s",
      "CPU s/GiB",
      "of workers",
      "memory");

  private TextReport() {}

  static void print(Outcome outcome, PrintWriter out) {
    Table table = new Table("llrrrrrrrrr", HEADINGS);
    List<List<String>> rows = outcome.results().stream().map(TextReport::row).toList();
    rows.forEach(table::measure);
    table.print(out, HEADINGS);
    rows.forEach(row -> table.print(out, row));
    outcome.leftOut().forEach((work, why) -> out.println("left out: " + work + ": " + why));
    out.println();
    out.println(
        "A ratio is the peer's time by ours, in each pair; medians, the least and the most of all pairs.");
    out.println(
        "CPU: of the coordinator (of all processes for commands), and of the workers. Memory: the most that all");
    out.println(
        "our processes had in use (PSS, seen every 50 ms while warming up), the arrays and what Java keeps included.");
    out.println();
    outcome
        .limits()
        .forEach((kind, seconds) -> out.println(String.format(
            Locale.ROOT,
            "machine limit: %s of %s in %.3f s (%.3f to %.3f)",
            kind,
            ByteSize.text(outcome.limitBytes()),
            seconds.median(),
            seconds.min(),
            seconds.max())));
    outcome.machine().forEach((what, fact) -> out.println(what + ": " + fact));
    out.flush();
  }

  private static List<String> row(Result result) {
    CpuTime cpu = result.cpuPerGib();
    return List.of(
        result.work(),
        result.peer(),
        Integer.toString(result.pairs().size()),
        number("%.2f", result.ratio().median()),
        number("%.2f", result.ratio().min()),
        number("%.2f", result.ratio().max()),
        number("%.3f", result.ours().median()),
        number("%.3f", result.theirs().median()),
        number("%.2f", cpu.coordinator()),
        number("%.2f", cpu.workers()),
        ByteSize.text(result.peakMemory()));
  }

  /** Nothing for what is not known. */
  static String number(String format, double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
  }
}
