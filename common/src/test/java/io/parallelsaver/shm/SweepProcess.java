package io.parallelsaver.shm;

import java.io.IOException;
import java.nio.file.Path;

/** A process that sweeps, and prints what it found. */
final class SweepProcess {
  private SweepProcess() {}

  /**
   * @param arguments parent of the run directories
   */
  public static void main(String[] arguments) throws IOException {
    Sweep sweep = Sweep.of(Path.of(arguments[0]));
    System.out.println("removed " + sweep.removed().size() + " live "
        + sweep.live().size() + " foreign " + sweep.foreign().size());
  }
}
