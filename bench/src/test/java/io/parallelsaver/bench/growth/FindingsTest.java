package io.parallelsaver.bench.growth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {
  private static final Findings FOUND = new Findings(
      "Title",
      List.of(
          Column.words("work", "work"),
          Column.count("runs", "runs"),
          Column.bytes("size", "size"),
          Column.number("ratio", "to before", "%.1f")),
      List.of(List.of("a", 7, 2048L, Double.NaN), List.of("long", 12, 1L, 1.25)),
      List.of("A note."));

  @Test
  void printsAlignedColumns() {
    StringWriter text = new StringWriter();
    FOUND.print(new PrintWriter(text));
    assertEquals(
        List.of(
            "Title",
            "work  runs      size  to before",
            "a        7  2.00 KiB",
            "long    12       1 B        1.3",
            "A note.",
            ""),
        text.toString().lines().toList());
  }

  @Test
  void writesNumbersWholeAndUnknownOnesAsNull() throws Exception {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
      FOUND.write(out);
    }
    assertEquals(
        "{\"rows\":[{\"work\":\"a\",\"runs\":7,\"size\":2048,\"ratio\":null},"
            + "{\"work\":\"long\",\"runs\":12,\"size\":1,\"ratio\":1.25}],\"notes\":[\"A note.\"]}",
        text.toString());
  }
}
