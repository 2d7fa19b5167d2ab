package io.parallelsaver.cli;

import io.parallelsaver.Saver;
import io.parallelsaver.Verification;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Model.CommandSpec;

/** {@code parallel-saver verify}. */
final class VerifyCommand implements Command, JsonOption.Carrier {
  final CommandSpec spec;
  final SourceArgument source;
  final WorkerOptions workers;
  final ProgressOption progress;
  final JsonOption json;

  VerifyCommand() {
    Syntax syntax = new Syntax(
        this,
        "verify",
        "Tests every header and every checksum of an archive, and names every member that is damaged.",
        "Of a sharded set all shards are tested, and the index is compared with them.",
        "Other formats have no checksums: of them headers are compared with the lengths of the files.");
    syntax.examples(
        "  parallel-saver verify out.npz                           exit code 0: whole, 3: damaged",
        "  parallel-saver verify out.npz --json | jq '.damaged[]'");
    source = new SourceArgument(syntax);
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
    Path file = source.path();
    Verification found;
    try (Saver saver = source.saver(workers, UnaryOperator.identity());
        Progress bar = progress.start("verify")) {
      found = Saver.await(saver.verify(file, bar));
    }
    if (json.wanted) {
      Json.print(spec.commandLine().getOut(), out -> {
        Json.report(out, found.report());
        out.writeBooleanField("whole", found.whole());
        Json.others(out, found.report());
        Json.damaged(out, found.damaged());
      });
    } else {
      PrintWriter out = spec.commandLine().getOut();
      if (found.whole()) {
        out.println(file + " is whole: " + Summary.of(found.report()));
      }
      Summary.others(out, found.report(), "but bytes to np.load");
    }
    return Damage.report(
        file, found.report().members(), found.damaged(), spec.commandLine().getErr());
  }

  @Override
  public JsonOption json() {
    return json;
  }
}
