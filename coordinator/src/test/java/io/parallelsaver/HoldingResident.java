package io.parallelsaver;

import io.parallelsaver.resident.PoolDirectory;
import io.parallelsaver.transfer.Milestone;
import io.parallelsaver.worker.ResidentWorker;
import java.nio.file.Path;

/** A resident worker that stops for ever at a named point, as {@link HoldingWorker} does: {@code POOL NAME MILESTONE JOB DIRECTORY}. */
public final class HoldingResident {
  private HoldingResident() {}

  public static void main(String[] args) {
    Milestone wanted = Milestone.valueOf(args[2]);
    int number = Integer.parseInt(args[3]);
    Path directory = Path.of(args[4]);
    Milestone.Listener holding =
        (milestone, job) -> HoldingWorker.reached(milestone, job, wanted, number, directory);
    try (ResidentWorker worker =
        ResidentWorker.named(new PoolDirectory(Path.of(args[0])), args[1], holding)) {
      if (!worker.listen()) {
        throw new IllegalStateException("closed already");
      }
      System.out.println("listening");
      worker.serve();
    }
  }
}
