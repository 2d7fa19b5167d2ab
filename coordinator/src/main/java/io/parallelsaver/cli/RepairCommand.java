package io.parallelsaver.cli;

import io.parallelsaver.Repair;
import io.parallelsaver.Saver;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.restore.Proof.Finding;
import io.parallelsaver.restore.Proof.Wanted;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** {@code parallel-saver repair}. */
final class RepairCommand implements Command, JsonOption.Carrier {
  private static final List<String> HEADINGS = List.of("name", "offset", "state", "");

  final CommandSpec spec;
  Path source;
  Path target;
  boolean dryRun;
  boolean unproved;
  boolean rows;
  final HeaderOption header;
  final TargetOptions to;
  final WorkerOptions workers;
  final ProgressOption progress;
  final JsonOption json;

  RepairCommand() {
    Syntax syntax = new Syntax(
        this,
        "repair",
        "Brings out of a damaged or cut-off .npz archive every array that can be proved whole, and says what it could not.",
        "Proved means: its CRC-32 is right, wherever in the file that is recorded. SOURCE is only read; TARGET is not written if no array is whole.",
        "Exit code 0: all were whole; 3: some were not, or the archive's directory is damaged, and there may have been more.");
    syntax.examples(
        "  parallel-saver repair cut.npz whole.npz",
        "  parallel-saver repair cut.npz --dry-run                 only says what would be brought out",
        "  parallel-saver repair cut.npz whole.npz --unproved      also what has no checksum: look at it",
        "  parallel-saver repair cut.npz some.npz --rows           also the first rows of an array that is cut off",
        "  parallel-saver repair cut.npy some.npz --rows           the same of a single .npy file");
    syntax
        .parameter("0", "SOURCE", Path.class, value -> source = value)
        .description("The damaged archive.");
    syntax
        .parameter("1", "TARGET", Path.class, value -> target = value)
        .description(
            "The file or directory to write; not SOURCE. Needed unless --dry-run is given.")
        .arity("0..1");
    syntax.flag("--dry-run", value -> dryRun = value).description("Write nothing.");
    syntax
        .flag("--unproved", value -> unproved = value)
        .description(
            "Bring out also arrays that seem to be all there but have no CRC-32 that says so. Their bytes may be wrong.");
    syntax
        .flag("--rows", value -> rows = value)
        .description(
            "Bring out also the rows that are there of a stored array that is cut off, as NAME[:ROWS]. No checksum says that they are right.");
    header = new HeaderOption(syntax);
    to = new TargetOptions(syntax);
    workers = new WorkerOptions(syntax);
    progress = new ProgressOption(syntax);
    json = new JsonOption(syntax);
    spec = syntax.spec();
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public Integer call() {
    if (target == null && !dryRun) {
      throw new ParameterException(spec.commandLine(), "TARGET is missing, or --dry-run");
    }
    Path written = dryRun ? null : target;
    if (written != null) {
      to.check(written);
    }
    if (!Files.isRegularFile(source) && !Files.isDirectory(source)) {
      throw new InputException("there is no file " + source + " that could be repaired");
    }
    long bytes = source.toFile().length();
    Repair found;
    try (Saver saver = WorkerOptions.open(
            to.applyTo(workers.options(bytes).withMaxHeader(header.bytes())), bytes);
        Progress bar = progress.start("repair")) {
      found = Saver.await(saver.repair(
          source,
          written,
          written == null ? null : to.format(written),
          new Wanted(unproved, rows),
          bar));
    }
    if (json.wanted) {
      json(found);
    } else {
      text(found);
    }
    return exit(found);
  }

  private void text(Repair found) {
    PrintWriter out = spec.commandLine().getOut();
    Table table = new Table("lrll", HEADINGS);
    found.findings().forEach(finding -> table.measure(row(finding)));
    table.print(out, HEADINGS);
    found.findings().forEach(finding -> table.print(out, row(finding)));
    found
        .report()
        .ifPresent(
            report -> out.println("brought out " + Summary.of(report) + " to " + report.file()));
    out.flush();
  }

  private static List<String> row(Finding finding) {
    return List.of(
        Summary.name(finding.key()),
        Long.toString(finding.offset()),
        state(finding),
        finding.why());
  }

  private static String state(Finding finding) {
    return finding.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private void json(Repair found) {
    Json.print(spec.commandLine().getOut(), out -> {
      out.writeStringField("source", found.source().toString());
      out.writeBooleanField("directory", found.directoryWhole());
      out.writeBooleanField("whole", found.whole());
      out.writeNumberField("arrays", found.arrays());
      if (found.report().isPresent()) {
        out.writeObjectFieldStart("written");
        Json.report(out, found.report().get());
        out.writeEndObject();
      }
      out.writeArrayFieldStart("members");
      for (Finding finding : found.findings()) {
        out.writeStartObject();
        out.writeStringField("name", finding.key());
        out.writeNumberField("offset", finding.offset());
        out.writeStringField("state", state(finding));
        out.writeStringField("why", finding.why());
        if (finding.rows().isPresent()) {
          out.writeNumberField("rows", finding.rows().get().count());
          out.writeNumberField("rows_of", finding.rows().get().of());
        }
        out.writeEndObject();
      }
      out.writeEndArray();
    });
  }

  private int exit(Repair found) {
    if (found.whole()) {
      return 0;
    }
    PrintWriter err = spec.commandLine().getErr();
    if (unproved) {
      err.println(
          "parallel-saver: arrays that are 'unproved' have no checksum; their bytes may be wrong");
    }
    if (rows) {
      err.println(
          "parallel-saver: arrays called NAME[:ROWS] are the first rows of what is cut off; no checksum says that they are right");
    }
    CorruptException rest = new CorruptException(source + ": "
        + Summary.count(found.arrays(), "array") + " from "
        + Summary.count(found.findings().size(), "member")
        + (dryRun ? " would be" : found.arrays() == 1 ? " was" : " were") + " brought out"
        + (found.arrays() == 0 && !dryRun ? "; nothing was written" : "")
        + (found.directoryWhole()
            ? ""
            : "; its directory is damaged: there may have been more members than are found"));
    err.println("parallel-saver: " + rest.getMessage());
    err.flush();
    return rest.exitCode();
  }

  @Override
  public JsonOption json() {
    return json;
  }
}
