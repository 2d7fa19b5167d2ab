package io.parallelsaver.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.parallelsaver.Report;
import io.parallelsaver.pool.WorkerShare;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** One JSON object on one line, in ASCII, so that no locale can spoil it. */
final class Json {
  private static final JsonFactory FACTORY = JsonFactory.builder()
      .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
      .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
      .build();

  private Json() {}

  /** Writes the members of the object. */
  interface Members {
    void write(JsonGenerator out) throws IOException;
  }

  static void print(PrintWriter to, Members members) {
    try (JsonGenerator out = FACTORY.createGenerator(to)) {
      out.writeStartObject();
      members.write(out);
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    to.println();
    to.flush();
  }

  /** What a call has done, as members of the current object. */
  static void report(JsonGenerator out, Report report) throws IOException {
    out.writeStringField("file", report.file().toString());
    out.writeNumberField("arrays", report.members());
    out.writeNumberField("bytes", report.bytes());
    out.writeNumberField("seconds", report.seconds());
    workers(out, report.workers());
  }

  /** Members that are no arrays. */
  static void others(JsonGenerator out, Report report) throws IOException {
    out.writeArrayFieldStart("others");
    for (String key : report.others()) {
      out.writeString(key);
    }
    out.writeEndArray();
  }

  static void workers(JsonGenerator out, List<WorkerShare> shares) throws IOException {
    out.writeArrayFieldStart("workers");
    for (WorkerShare share : shares) {
      out.writeStartObject();
      out.writeNumberField("worker", share.worker());
      out.writeNumberField("pid", share.pid());
      out.writeNumberField("jobs", share.jobs());
      out.writeNumberField("bytes", share.bytes());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  /** Damaged members and what is wrong with them. */
  static void damaged(JsonGenerator out, Map<String, String> damaged) throws IOException {
    out.writeArrayFieldStart("damaged");
    for (Map.Entry<String, String> entry : damaged.entrySet()) {
      out.writeStartObject();
      out.writeStringField("name", entry.getKey());
      out.writeStringField("problem", entry.getValue());
      out.writeEndObject();
    }
    out.writeEndArray();
  }
}
