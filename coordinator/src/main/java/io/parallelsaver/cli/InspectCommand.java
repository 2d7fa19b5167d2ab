package io.parallelsaver.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.npz.NpzArchive;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code parallel-saver inspect}. */
@Command(
    name = "inspect",
    description = {
      "Lists the arrays of an archive, from their headers alone.",
      "For each: name, dtype, shape, memory order (C or F), bytes, offset, and whether it is stored or deflated.",
      "The offset counts from the start of the file: to the first byte of a stored array, or of a deflated member."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallel-saver inspect out.npz",
      "  parallel-saver inspect out.npz --json | jq '.members[].shape'"
    })
final class InspectCommand implements Callable<Integer>, JsonOption.Carrier {
  private static final List<String> HEADINGS =
      List.of("name", "dtype", "shape", "order", "bytes", "offset", "");

  @Spec
  CommandSpec spec;

  @Mixin
  SourceArgument source;

  @Mixin
  JsonOption json;

  @Override
  public Integer call() {
    Path file = source.file();
    Map<String, String> damaged = new LinkedHashMap<>();
    NpzArchive archive;
    try {
      archive = NpzArchive.read(file, (name, problem) -> damaged.put(name, problem.getMessage()));
    } catch (IOException e) {
      throw SourceArgument.unreadable(file, e);
    }
    if (json.wanted) {
      Json.print(spec.commandLine().getOut(), out -> json(out, archive, damaged));
    } else {
      text(archive);
    }
    return Damage.report(
        file,
        archive.members().size() + damaged.size(),
        damaged,
        spec.commandLine().getErr());
  }

  private void text(NpzArchive archive) {
    PrintWriter out = spec.commandLine().getOut();
    Table table = new Table("ll.lrrl", HEADINGS);
    archive.members().forEach(member -> table.measure(row(member)));
    table.print(out, HEADINGS);
    archive.members().forEach(member -> table.print(out, row(member)));
    out.println(Summary.count(archive.members().size(), "member") + ", " + archive.size()
        + " bytes in " + archive.file());
  }

  private static List<String> row(ArchiveMember member) {
    String method = member.stored() ? "stored" : "deflated";
    String offset = Long.toString(offset(member));
    if (member.header().isEmpty()) {
      return List.of(
          Summary.name(member.name()),
          "no array",
          "",
          "",
          Long.toString(member.size()),
          offset,
          method);
    }
    ArraySpec spec = member.header().get().spec();
    return List.of(
        Summary.name(member.key()),
        Summary.dtype(spec.dtype()),
        PythonText.tuple(spec.shape()),
        Character.toString(spec.order()),
        Long.toString(spec.byteSize()),
        offset,
        method);
  }

  private static long offset(ArchiveMember member) {
    return member.offset()
        + (member.stored() ? member.header().map(NpyHeader::length).orElse(0) : 0);
  }

  private static void json(JsonGenerator out, NpzArchive archive, Map<String, String> damaged)
      throws IOException {
    out.writeStringField("file", archive.file().toString());
    out.writeNumberField("bytes", archive.size());
    out.writeArrayFieldStart("members");
    for (ArchiveMember member : archive.members()) {
      out.writeStartObject();
      out.writeBooleanField("array", member.header().isPresent());
      if (member.header().isPresent()) {
        ArraySpec spec = member.header().get().spec();
        out.writeStringField("name", member.key());
        out.writeStringField("dtype", Summary.dtype(spec.dtype()));
        out.writeStringField("descr", spec.dtype().toString());
        out.writeFieldName("shape");
        out.writeArray(spec.shape(), 0, spec.ndim());
        out.writeStringField("order", Character.toString(spec.order()));
        out.writeNumberField("bytes", spec.byteSize());
      } else {
        out.writeStringField("name", member.name());
        out.writeNumberField("bytes", member.size());
      }
      out.writeNumberField("offset", offset(member));
      out.writeStringField("compression", member.stored() ? "stored" : "deflated");
      out.writeEndObject();
    }
    out.writeEndArray();
    Json.damaged(out, damaged);
  }

  @Override
  public JsonOption json() {
    return json;
  }
}
