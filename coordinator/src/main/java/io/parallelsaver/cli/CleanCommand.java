package io.parallelsaver.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parallelsaver.error.FileFailure;
import io.parallelsaver.error.InputException;
import io.parallelsaver.shm.Leftovers;
import io.parallelsaver.shm.RunDirectory;
import io.parallelsaver.shm.Sweep;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** {@code parallel-saver clean}. */
final class CleanCommand implements Command, JsonOption.Carrier {
  final CommandSpec spec;
  final SharedMemoryOption sharedMemory;
  List<Path> folders = List.of();
  final JsonOption json;

  CleanCommand() {
    Syntax syntax = new Syntax(
        this,
        "clean",
        "Removes what killed runs have left in shared memory and elsewhere.",
        "That is their shared memory, and unfinished files beside their targets. Leaves runs alone that still live, and those of other users. Every start of workers does the same.",
        "After a power cut nothing says any more where unfinished files are: name the folders with --in.");
    syntax.examples(
        "  parallel-saver clean",
        "  parallel-saver clean --in /data/results                 after a power cut",
        "  parallel-saver clean --json | jq '.live[].pid'          who is at work");
    sharedMemory = new SharedMemoryOption(syntax);
    syntax
        .options("--in", "DIR", Path.class, value -> folders = value)
        .description(
            "Also removes .parallel-saver-*.unfinished and *.shards in this folder, but not below it, that are yours, of no run that is there, and older than the machine's last start; not on a network file system. Sharded sets whose index is in its place get their shards into theirs instead. May be given more than once.");
    json = new JsonOption(syntax);
    spec = syntax.spec();
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public Integer call() {
    Path directory = sharedMemory.directory;
    if (!Files.isDirectory(directory)) {
      throw new InputException("there is no directory " + directory);
    }
    Sweep sweep = sweep(directory);
    Leftovers leftovers = leftovers(directory);
    if (json.wanted) {
      Json.print(spec.commandLine().getOut(), out -> json(out, sweep, leftovers));
    } else {
      text(directory, sweep, leftovers);
    }
    return 0;
  }

  private static Sweep sweep(Path directory) {
    try {
      return Sweep.of(directory);
    } catch (IOException e) {
      throw FileFailure.of("cannot clean " + directory, directory, 0, e);
    }
  }

  private Leftovers leftovers(Path sharedMemory) {
    Leftovers all = new Leftovers(new ArrayList<>(), new ArrayList<>(), new LinkedHashMap<>());
    for (Path folder : folders) {
      if (!Files.isDirectory(folder)) {
        throw new InputException("there is no directory " + folder);
      }
      try {
        Leftovers found = Leftovers.in(folder, sharedMemory);
        all.removed().addAll(found.removed());
        all.finished().addAll(found.finished());
        all.kept().putAll(found.kept());
      } catch (IOException e) {
        throw FileFailure.of("cannot clean " + folder, folder, 0, e);
      }
    }
    return all;
  }

  private void text(Path directory, Sweep sweep, Leftovers leftovers) {
    PrintWriter out = spec.commandLine().getOut();
    sweep.removed().forEach(run -> out.println("removed " + run));
    sweep.live().forEach(run -> out.println("left " + run + ": it lives" + pid(run)));
    sweep.foreign().forEach(run -> out.println("left " + run + ": it belongs to somebody else"));
    if (sweep.removed().isEmpty()) {
      out.println("nothing to remove in " + directory);
    }
    leftovers.removed().forEach(file -> out.println("removed " + file));
    leftovers.finished().forEach(set -> out.println("finished " + set));
    leftovers.kept().forEach((file, why) -> out.println("left " + file + ": " + why));
    if (!folders.isEmpty()
        && leftovers.removed().isEmpty()
        && leftovers.finished().isEmpty()) {
      out.println("nothing to remove in "
          + folders.stream().map(Path::toString).collect(Collectors.joining(", ")));
    }
  }

  private static String pid(Path run) {
    OptionalLong pid = RunDirectory.ownerPid(run);
    return pid.isPresent() ? " (pid " + pid.getAsLong() + ")" : "";
  }

  private static void json(JsonGenerator out, Sweep sweep, Leftovers leftovers) throws IOException {
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
    paths(out, "unfinished_removed", leftovers.removed());
    paths(out, "finished", leftovers.finished());
    out.writeArrayFieldStart("unfinished_left");
    for (Map.Entry<Path, String> kept : leftovers.kept().entrySet()) {
      out.writeStartObject();
      out.writeStringField("file", kept.getKey().toString());
      out.writeStringField("why", kept.getValue());
      out.writeEndObject();
    }
    out.writeEndArray();
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
