package io.parallelsaver.bench.growth;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parallelsaver.cli.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What an experiment has found.
 *
 * @param title what the table shows, in a line
 * @param rows a value for each column
 * @param notes sentences below the table
 */
record Findings(String title, List<Column> columns, List<List<Object>> rows, List<String> notes) {
  /** How much more time a member may take than one of a tenth as many, before it is called growth. */
  private static final double STEEPEST = 1.2;

  /** A sentence for the notes: whether time grows with the number of members, and no faster. */
  static String steepest(double ratio) {
    return String.format(
        Locale.ROOT,
        "The steepest step is %.2f; the aim is %.2f at most: %s.",
        ratio,
        STEEPEST,
        ratio <= STEEPEST ? "reached" : "missed");
  }

  void print(PrintWriter out) {
    List<String> headings = columns.stream().map(Column::heading).toList();
    String alignment =
        columns.stream().map(each -> "" + each.alignment()).collect(Collectors.joining());
    Table table = new Table(alignment, headings);
    List<List<String>> texts = rows.stream().map(this::texts).toList();
    texts.forEach(table::measure);
    out.println(title);
    table.print(out, headings);
    texts.forEach(row -> table.print(out, row));
    notes.forEach(out::println);
    out.println();
    out.flush();
  }

  private List<String> texts(List<Object> row) {
    return IntStream.range(0, columns.size())
        .mapToObj(i -> columns.get(i).text().apply(row.get(i)))
        .toList();
  }

  /** One object; what is not a number is null. */
  void write(JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeArrayFieldStart("rows");
    for (List<Object> row : rows) {
      out.writeStartObject();
      for (int i = 0; i < columns.size(); i++) {
        Object value = row.get(i);
        boolean unknown = value instanceof Double number && Double.isNaN(number);
        out.writePOJOField(columns.get(i).field(), unknown ? null : value);
      }
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeArrayFieldStart("notes");
    for (String note : notes) {
      out.writeString(note);
    }
    out.writeEndArray();
    out.writeEndObject();
  }
}
