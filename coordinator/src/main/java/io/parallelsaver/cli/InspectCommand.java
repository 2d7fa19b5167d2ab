package io.parallelsaver.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.array.Region;
import io.parallelsaver.stored.ArchiveFile;
import io.parallelsaver.stored.StoredArrays;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** {@code parallel-saver inspect}. */
final class InspectCommand implements Command, JsonOption.Carrier {
  private static final List<String> HEADINGS =
      List.of("name", "dtype", "shape", "order", "bytes", "offset", "");

  final CommandSpec spec;
  final SourceArgument source;
  final JsonOption json;

  InspectCommand() {
    Syntax syntax = new Syntax(
        this,
        "inspect",
        "Lists the arrays of an archive, of a sharded set, of a safetensors file or of a directory, from their headers alone.",
        "For each: name, dtype, shape, memory order (C or F), bytes, offset, and whether it is stored or deflated.",
        "The offset counts from the start of the file: to the first byte of a stored array, or of a deflated member.");
    syntax.examples(
        "  parallel-saver inspect out.npz",
        "  parallel-saver inspect out.npz --json | jq '.members[].shape'");
    source = new SourceArgument(syntax);
    json = new JsonOption(syntax);
    spec = syntax.spec();
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public Integer call() {
    Map<String, String> damaged = new LinkedHashMap<>();
    try (StoredArrays stored = source.open()) {
      List<Listed> members = new ArrayList<>();
      Listed.of(stored, members::add, (key, problem) -> damaged.put(key, problem.getMessage()));
      if (json.wanted) {
        Json.print(spec.commandLine().getOut(), out -> json(out, stored, members, damaged));
      } else {
        text(stored, members);
      }
      return Damage.report(
          stored.path(),
          members.size() + damaged.size(),
          damaged,
          spec.commandLine().getErr());
    }
  }

  private void text(StoredArrays stored, List<Listed> members) {
    PrintWriter out = spec.commandLine().getOut();
    Table table = new Table("ll.lrrl", HEADINGS);
    members.forEach(member -> table.measure(row(member)));
    table.print(out, HEADINGS);
    members.forEach(member -> table.print(out, row(member)));
    boolean archive = stored instanceof ArchiveFile;
    out.println(Summary.count(members.size(), archive ? "member" : "array") + ", " + bytes(stored)
        + " bytes in " + stored.path());
  }

  /** Bytes of the file, or of all files of a directory. */
  private static long bytes(StoredArrays stored) {
    return stored instanceof ArchiveFile file ? file.archive().size() : stored.contentSize();
  }

  private static List<String> row(Listed member) {
    String offset = member.offset() < 0 ? "" : Long.toString(member.offset());
    if (member.spec().isEmpty()) {
      return List.of(
          Summary.name(member.name()),
          "no array",
          "",
          "",
          Long.toString(member.bytes()),
          offset,
          member.compression());
    }
    ArraySpec spec = member.spec().get();
    return List.of(
        Summary.name(member.name()),
        Summary.dtype(spec),
        PythonText.tuple(spec.shape()),
        Character.toString(spec.order()),
        Long.toString(member.bytes()),
        offset,
        member.compression());
  }

  private static void json(
      JsonGenerator out, StoredArrays stored, List<Listed> members, Map<String, String> damaged)
      throws IOException {
    out.writeStringField("file", stored.path().toString());
    out.writeStringField("format", stored.format().toString());
    out.writeNumberField("bytes", bytes(stored));
    out.writeArrayFieldStart("members");
    for (Listed member : members) {
      out.writeStartObject();
      out.writeBooleanField("array", member.spec().isPresent());
      out.writeStringField("name", member.name());
      if (member.spec().isPresent()) {
        ArraySpec spec = member.spec().get();
        out.writeStringField("dtype", Summary.dtype(spec));
        out.writeStringField("descr", spec.dtype().toString());
        out.writeFieldName("shape");
        out.writeArray(spec.shape(), 0, spec.ndim());
        out.writeStringField("order", Character.toString(spec.order()));
      }
      out.writeNumberField("bytes", member.bytes());
      if (member.offset() >= 0) {
        out.writeNumberField("offset", member.offset());
      }
      out.writeStringField("file", member.file().toString());
      out.writeStringField("compression", member.compression());
      if (!member.parts().isEmpty()) {
        parts(out, member.parts());
      }
      out.writeEndObject();
    }
    out.writeEndArray();
    Json.damaged(out, damaged);
  }

  private static void parts(JsonGenerator out, List<Region> parts) throws IOException {
    out.writeArrayFieldStart("parts");
    for (Region part : parts) {
      out.writeStartObject();
      out.writeStringField("file", part.file().toString());
      out.writeNumberField("offset", part.offset());
      out.writeNumberField("bytes", part.length());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  @Override
  public JsonOption json() {
    return json;
  }
}
