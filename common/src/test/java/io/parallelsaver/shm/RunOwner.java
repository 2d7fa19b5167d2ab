package io.parallelsaver.shm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A process that owns a run directory, with a call under way, until its standard input ends or it is killed. */
final class RunOwner {
  private RunOwner() {}

  /**
   * @param arguments parent of the run directory, and a directory where it leaves unfinished files
   */
  public static void main(String[] arguments) throws IOException {
    try (RunDirectory run = RunDirectory.create(Path.of(arguments[0]))) {
      Path unfinished = run.unfinished(1, Path.of(arguments[1], "target.npz"));
      run.noteAndMake(
          1, unfinished, List.of(), () -> Files.writeString(unfinished, "half an archive"));
      Path tree = run.unfinished(2, Path.of(arguments[1], "tree"));
      run.noteAndMake(2, tree, List.of(), () -> Files.createDirectories(tree.resolve("below")));
      Files.writeString(tree.resolve("below").resolve("data_0.dat"), "half a file");
      Files.createDirectory(run.jobs());
      Files.writeString(run.jobs().resolve("19700102F.cq4"), "jobs");
      System.out.println(run.path());
      System.in.readAllBytes();
      run.forgetLitter(1);
      run.forgetLitter(2);
    }
  }
}
