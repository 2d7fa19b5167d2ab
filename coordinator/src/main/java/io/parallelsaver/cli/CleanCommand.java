package io.parallelsaver.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parallelsaver.error.InputException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.shm.RunDirectory;
import io.parallelsaver.shm.Sweep;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code parallel-saver clean}. */
@Command(
    name = "clean",
    description = {
      "Removes what killed runs have left in shared memory and elsewhere.",
      "That is their shared memory, and unfinished files beside their targets. Leaves runs alone that still live, and those of other users. Every start of workers does the same."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallel-saver clean",
      "  parallel-saver clean --json | jq '.live[].pid'          who is at work"
    })
final class CleanCommand implements Callable<Integer>, JsonOption.Carrier {
  @Spec
  CommandSpec spec;

  @Mixin
  SharedMemoryOption sharedMemory;

  @Mixin
  JsonOption json;

  @Override
  public Integer call() {
    Path directory = sharedMemory.directory;
    if (!Files.isDirectory(directory)) {
      throw new InputException("there is no directory " + directory);
    }
    Sweep sweep;
    try {
      sweep = Sweep.of(directory);
    } catch (IOException e) {
      throw new SaverException("cannot clean " + directory + ": " + e, e);
    }
    if (json.wanted) {
      Json.print(spec.commandLine().getOut(), out -> json(out, sweep));
    } else {
      text(directory, sweep);
    }
    return 0;
  }

  private void text(Path directory, Sweep sweep) {
    PrintWriter out = spec.commandLine().getOut();
    sweep.removed().forEach(run -> out.println("removed " + run));
    sweep.live().forEach(run -> out.println("left " + run + ": it lives" + pid(run)));
    sweep.foreign().forEach(run -> out.println("left " + run + ": it belongs to somebody else"));
    if (sweep.removed().isEmpty()) {
      out.println("nothing to remove in " + directory);
    }
  }

  private static String pid(Path run) {
    OptionalLong pid = RunDirectory.ownerPid(run);
    return pid.isPresent() ? " (pid " + pid.getAsLong() + ")" : "";
  }

  private static void json(JsonGenerator out, Sweep sweep) throws IOException {
    paths(out, "removed", sweep.removed());
    out.writeArrayFieldStart("live");
    for (Path run : sweep.live()) {
      out.writeStartObject();
      out.writeStringField("run", run.toString());
      OptionalLong pid = RunDirectory.ownerPid(run);
      if (pid.isPresent()) {
        out.writeNumberField("pid", pid.getAsLong());
      }
      out.writeEndObject();
    }
    out.writeEndArray();
    paths(out, "foreign", sweep.foreign());
  }

  private static void paths(JsonGenerator out, String name, List<Path> paths) throws IOException {
    out.writeArrayFieldStart(name);
    for (Path path : paths) {
      out.writeString(path.toString());
    }
    out.writeEndArray();
  }

  @Override
  public JsonOption json() {
    return json;
  }
}
