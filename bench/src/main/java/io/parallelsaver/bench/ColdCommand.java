package io.parallelsaver.bench;

import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.output.Durability;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.shm.Trees;
import io.parallelsaver.stored.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** From the start of a command to its end: {@code .npy} files to an archive. */
final class ColdCommand extends Work {
  private static final String PYTHON = """
      import sys
      from pathlib import Path
      import numpy as np
      np.savez(sys.argv[1], **{Path(file).stem: np.load(file) for file in sys.argv[2:]})
      """;

  private final Workbench bench;
  private final Sample sample;
  private final Path inputs;
  private final Path ours;
  private final Path theirs;
  private final Path output;
  private final String home = System.getProperty("parallelsaver.home");
  private final List<String> ourCommand = new ArrayList<>();
  private final List<String> theirCommand = new ArrayList<>();

  ColdCommand(Workbench bench, String name, Sample sample) {
    super(name, "python3, numpy.savez");
    this.bench = bench;
    this.sample = sample;
    this.inputs = bench.file("inputs");
    this.ours = bench.file("ours.npz");
    this.theirs = bench.file("theirs.npz");
    this.output = bench.file("output");
  }

  @Override
  String how() {
    return "Wall time of a whole process: .npy files, in the page cache, to one archive; ours with --durability none. "
        + "Processor time is that of all processes together.";
  }

  @Override
  String missing() {
    return home == null
        ? "the benchmarks were not started by the launcher"
        : bench.python().missing();
  }

  @Override
  void prepare() {
    try (Saver saver = bench.saver(Durability.NONE, SaverOptions.STORED)) {
      bench.hold(sample, saver);
      Saver.await(saver.saveAsync(inputs, bench.arrays(sample), Format.NPY, ProgressListener.NONE));
    }
    Collection<String> names = bench.arrays(sample).asMap().keySet();
    List<String> files =
        names.stream().map(name -> inputs.resolve(name + ".npy").toString()).toList();
    ourCommand.addAll(List.of(home + "/bin/parallel-saver", "save", "--durability", "none"));
    ourCommand.add(ours.toString());
    ourCommand.addAll(files);
    theirCommand.addAll(List.of(bench.python().executable(), "-c", PYTHON, theirs.toString()));
    theirCommand.addAll(files);
  }

  @Override
  long bytes() {
    return bench.bytes(sample);
  }

  @Override
  void tidy() {
    Workbench.delete(ours);
    Workbench.delete(theirs);
  }

  @Override
  void recycleForOurs() {
    ours();
    tidy();
  }

  @Override
  void recycleForTheirs() {
    theirs();
    tidy();
  }

  @Override
  double ours() {
    return seconds(() -> run(ourCommand));
  }

  @Override
  void checkOurs() {
    bench.mustBeReadByNumPy(sample, ours);
  }

  @Override
  double theirs() {
    return seconds(() -> run(theirCommand));
  }

  @Override
  void checkTheirs() {
    bench.mustBeReadByNumPy(sample, theirs);
  }

  private void run(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().remove("PARALLEL_SAVER_OPTS");
    try {
      int exit = builder.redirectOutput(output.toFile()).start().waitFor();
      if (exit != 0) {
        throw new SaverException(
            command.get(0) + " ended with status " + exit + ": " + Files.readString(output));
      }
    } catch (IOException e) {
      throw new SaverException("cannot run " + command.get(0) + ": " + e, e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  CpuTime cpu() {
    return CpuTime.ofEndedChildren();
  }

  @Override
  Stream<ProcessHandle> processes() {
    ProcessHandle self = ProcessHandle.current();
    Optional<String> own = self.info().commandLine();
    return self.descendants()
        .filter(each -> each.pid() != bench.python().pid())
        // One that is not yet what it will be still shows this JVM's memory as its own.
        .filter(each -> !each.info().commandLine().equals(own));
  }

  @Override
  public void close() {
    tidy();
    try {
      Trees.delete(inputs);
    } catch (IOException e) {
      throw new SaverException("cannot remove " + inputs + ": " + e, e);
    }
  }
}
