package io.parallelsaver.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** The ratios as a list of objects, one for each work. Seconds are medians. */
final class JsonReport {
  private JsonReport() {}

  static String of(Outcome outcome) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
      out.setPrettyPrinter(new DefaultPrettyPrinter());
      out.writeStartArray();
      for (Result result : outcome.results()) {
        out.writeStartObject();
        out.writeStringField("work", result.work());
        out.writeStringField("peer", result.peer());
        out.writeNumberField("pairs", result.pairs().size());
        out.writeNumberField("ratio_median", result.ratio().median());
        out.writeNumberField("ratio_min", result.ratio().min());
        out.writeNumberField("ratio_max", result.ratio().max());
        out.writeNumberField("ours_s", result.ours().median());
        out.writeNumberField("peer_s", result.theirs().median());
        out.writeEndObject();
      }
      out.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.append('\n').toString();
  }
}
